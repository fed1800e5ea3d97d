package org.ckimg.interop.criu;

import com.google.protobuf.UnknownFieldSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.ckimg.interop.criu.proto.CoreEntry;
import org.ckimg.interop.criu.proto.NumberedRegisters;
import org.ckimg.interop.criu.proto.Ppc64Registers;
import org.ckimg.interop.criu.proto.S390Registers;

/** Registers by name, for the machines whose register layout the model does not know. */
final class OtherRegisters {
  private static final List<String> ARM =
      List.of("r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 fp ip sp lr pc cpsr orig_r0".split(" "));

  private static final List<String> MIPS =
      List.of(
          "r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 r13 r14 r15 r16 r17 r18 r19 r20 r21 r22 r23"
              .concat(" r24 r25 r26 r27 r28 r29 r30 r31 lo hi epc badvaddr status cause")
              .split(" "));

  private static final List<String> RISCV =
      List.of(
          "pc ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11"
              .concat(" t3 t4 t5 t6")
              .split(" "));

  private final Map<String, Long> values = new LinkedHashMap<>();

  private OtherRegisters() {}

  /** The registers in the order of the image; none for a machine with a register set. */
  static Map<String, Long> of(CoreEntry core) {
    OtherRegisters registers = new OtherRegisters();
    registers.numbered(ARM, core.getArm().getGpregs());
    registers.numbered(MIPS, core.getMips().getGpregs());
    registers.numbered(RISCV, core.getRiscv().getGpregs());
    if (core.hasPpc64()) {
      registers.ppc64(core.getPpc64().getGpregs());
    }
    if (core.hasS390()) {
      registers.s390(core.getS390().getGpregs());
    }
    if (core.hasLoongarch()) {
      registers.list("r", core.getLoongarch().getGpregs().getRegsList());
      registers.values.put("pc", core.getLoongarch().getGpregs().getPc());
    }
    return registers.values;
  }

  private void numbered(List<String> names, NumberedRegisters message) {
    for (int i = 0; i < names.size(); i++) {
      UnknownFieldSet fields = message.getUnknownFields();
      List<Long> found =
          fields.hasField(i + 1) ? fields.getField(i + 1).getVarintList() : List.of();
      if (!found.isEmpty()) {
        values.put(names.get(i), found.getLast());
      }
    }
  }

  private void list(String prefix, List<? extends Number> registers) {
    for (int i = 0; i < registers.size(); i++) {
      values.put(prefix + i, registers.get(i).longValue());
    }
  }

  private void ppc64(Ppc64Registers registers) {
    list("gpr", registers.getGprList());
    values.put("nip", registers.getNip());
    values.put("msr", registers.getMsr());
    values.put("orig_gpr3", registers.getOrigGpr3());
    values.put("ctr", registers.getCtr());
    values.put("link", registers.getLink());
    values.put("xer", registers.getXer());
    values.put("ccr", registers.getCcr());
    values.put("trap", registers.getTrap());
  }

  private void s390(S390Registers registers) {
    values.put("psw_mask", registers.getPswMask());
    values.put("psw_addr", registers.getPswAddr());
    list("gpr", registers.getGprsList());
    list("acr", registers.getAcrsList());
    values.put("orig_gpr2", registers.getOrigGpr2());
  }

  static OptionalLong clearTidAddress(CoreEntry core) {
    if (core.hasArm()) {
      return OptionalLong.of(core.getArm().getClearTidAddr());
    }
    if (core.hasPpc64()) {
      return OptionalLong.of(core.getPpc64().getClearTidAddr());
    }
    if (core.hasS390()) {
      return OptionalLong.of(core.getS390().getClearTidAddr());
    }
    if (core.hasMips()) {
      return OptionalLong.of(core.getMips().getClearTidAddr());
    }
    if (core.hasLoongarch()) {
      return OptionalLong.of(core.getLoongarch().getClearTidAddr());
    }
    return core.hasRiscv()
        ? OptionalLong.of(core.getRiscv().getClearTidAddr())
        : OptionalLong.empty();
  }
}
