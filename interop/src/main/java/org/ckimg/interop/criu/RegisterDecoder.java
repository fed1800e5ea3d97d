package org.ckimg.interop.criu;

import java.util.ArrayList;
import java.util.List;
import org.ckimg.interop.criu.proto.Aarch64Info;
import org.ckimg.interop.criu.proto.Aarch64Registers;
import org.ckimg.interop.criu.proto.CoreEntry;
import org.ckimg.interop.criu.proto.X86Registers;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Regset;

/** Registers in the layouts of the kernel, for the machines whose layouts the model knows. */
final class RegisterDecoder {
  private static final int NT_PRFPREG = 2;
  private static final int AARCH64_GENERAL = 31;
  private static final int AARCH64_VECTOR_WORDS = 64;
  private static final int AARCH64_VECTOR_BYTES = 528;

  private RegisterDecoder() {}

  /** Register sets by note type; none where the image has none, or the layout is not known. */
  static List<Regset> decode(Entry<CoreEntry> core) throws MalformedImageException {
    List<Regset> sets = new ArrayList<>();
    CoreEntry message = core.message();
    if (message.getX86().hasGpregs()) {
      sets.add(new Regset(Regset.NT_PRSTATUS, x86(message.getX86().getGpregs())));
    }
    if (message.getX86().hasFpregs()) {
      Bytes area = XsaveArea.of(core.with(message.getX86().getFpregs()));
      sets.add(new Regset(Regset.NT_X86_XSTATE, area));
    }
    if (message.hasAarch64()) {
      aarch64(core.with(message.getAarch64()), sets);
    }
    return sets;
  }

  private static Bytes x86(X86Registers r) {
    long[] words = {
      r.getR15(),
      r.getR14(),
      r.getR13(),
      r.getR12(),
      r.getBp(),
      r.getBx(),
      r.getR11(),
      r.getR10(),
      r.getR9(),
      r.getR8(),
      r.getAx(),
      r.getCx(),
      r.getDx(),
      r.getSi(),
      r.getDi(),
      r.getOrigAx(),
      r.getIp(),
      r.getCs(),
      r.getFlags(),
      r.getSp(),
      r.getSs(),
      r.getFsBase(),
      r.getGsBase(),
      r.getDs(),
      r.getEs(),
      r.getFs(),
      r.getGs()
    };
    WordBuffer buffer = new WordBuffer(words.length * Long.BYTES);
    for (int i = 0; i < words.length; i++) {
      buffer.put64(i * Long.BYTES, words[i]);
    }
    return buffer.toBytes();
  }

  private static void aarch64(Entry<Aarch64Info> info, List<Regset> sets)
      throws MalformedImageException {
    Aarch64Registers general = info.message().getGpregs();
    info.check(
        general.getRegsCount() == AARCH64_GENERAL,
        general.getRegsCount() + " general registers, not " + AARCH64_GENERAL);
    int behind = AARCH64_GENERAL * Long.BYTES;
    sets.add(
        new Regset(
            Regset.NT_PRSTATUS,
            new WordBuffer(behind + 3 * Long.BYTES)
                .putAll64(0, general.getRegsList())
                .put64(behind, general.getSp())
                .put64(behind + Long.BYTES, general.getPc())
                .put64(behind + 2 * Long.BYTES, general.getPstate())
                .toBytes()));
    if (info.message().getFpsimd().getVregsCount() == AARCH64_VECTOR_WORDS) {
      int status = AARCH64_VECTOR_WORDS * Long.BYTES;
      sets.add(
          new Regset(
              NT_PRFPREG,
              new WordBuffer(AARCH64_VECTOR_BYTES)
                  .putAll64(0, info.message().getFpsimd().getVregsList())
                  .put32(status, info.message().getFpsimd().getFpsr())
                  .put32(status + Integer.BYTES, info.message().getFpsimd().getFpcr())
                  .toBytes()));
    }
  }
}
