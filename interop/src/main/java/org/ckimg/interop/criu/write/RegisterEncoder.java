package org.ckimg.interop.criu.write;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.interop.criu.proto.X86FpRegisters;
import org.ckimg.interop.criu.proto.X86Registers;
import org.ckimg.interop.criu.proto.X86Xsave;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.x86.XsaveComponent;
import org.ckimg.spec.x86.XsaveLayout;

/** Registers of x86-64. */
final class RegisterEncoder {
  private static final int NATIVE = 1;
  private static final int ST_AT = 32;
  private static final int ST_WORDS = 32;
  private static final int XMM_AT = 160;
  private static final int XMM_WORDS = 64;

  /** In the order of {@code struct user_regs_struct}. */
  private enum Word {
    R15,
    R14,
    R13,
    R12,
    BP,
    BX,
    R11,
    R10,
    R9,
    R8,
    AX,
    CX,
    DX,
    SI,
    DI,
    ORIG_AX,
    IP,
    CS,
    FLAGS,
    SP,
    SS,
    FS_BASE,
    GS_BASE,
    DS,
    ES,
    FS,
    GS
  }

  private RegisterEncoder() {}

  private static ByteBuffer words(Bytes bytes) {
    return ByteBuffer.wrap(bytes.toArray()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * General registers as CRIU keeps them: a system call that is to be made again stands in front of
   * its instruction. CRIU lets the one call that the kernel restarts by a block of its own end with
   * EINTR; here it starts over, as where ckimg restores.
   */
  static X86Registers general(Bytes registers) {
    ByteBuffer set = words(registers);
    Restart.apply(set, Word.ORIG_AX.ordinal(), Word.AX.ordinal(), Word.IP.ordinal());
    return X86Registers.newBuilder()
        .setR15(get(set, Word.R15))
        .setR14(get(set, Word.R14))
        .setR13(get(set, Word.R13))
        .setR12(get(set, Word.R12))
        .setBp(get(set, Word.BP))
        .setBx(get(set, Word.BX))
        .setR11(get(set, Word.R11))
        .setR10(get(set, Word.R10))
        .setR9(get(set, Word.R9))
        .setR8(get(set, Word.R8))
        .setAx(get(set, Word.AX))
        .setCx(get(set, Word.CX))
        .setDx(get(set, Word.DX))
        .setSi(get(set, Word.SI))
        .setDi(get(set, Word.DI))
        .setOrigAx(get(set, Word.ORIG_AX))
        .setIp(get(set, Word.IP))
        .setCs(get(set, Word.CS))
        .setFlags(get(set, Word.FLAGS))
        .setSp(get(set, Word.SP))
        .setSs(get(set, Word.SS))
        .setFsBase(get(set, Word.FS_BASE))
        .setGsBase(get(set, Word.GS_BASE))
        .setDs(get(set, Word.DS))
        .setEs(get(set, Word.ES))
        .setFs(get(set, Word.FS))
        .setGs(get(set, Word.GS))
        .setMode(NATIVE)
        .build();
  }

  private static long get(ByteBuffer set, Word word) {
    return set.getLong(word.ordinal() * Long.BYTES);
  }

  /** Extended registers, each component on its own; the area has a known layout. */
  static X86FpRegisters extended(Bytes area) {
    long xcr0 = XsaveLayout.xcr0(area);
    XsaveLayout layout = XsaveLayout.of(area).orElseThrow();
    ByteBuffer set = words(layout.convert(area, XsaveLayout.FULL, XsaveLayout.FULL.bytes(-1)));
    return X86FpRegisters.newBuilder()
        .setCwd(set.getShort(0) & 0xffff)
        .setSwd(set.getShort(2) & 0xffff)
        .setTwd(set.get(4) & 0xff)
        .setFop(set.getShort(6) & 0xffff)
        .setRip(set.getLong(8))
        .setRdp(set.getLong(16))
        .setMxcsr(set.getInt(24))
        .setMxcsrMask(set.getInt(28))
        .addAllStSpace(words32(set, ST_AT, ST_WORDS))
        .addAllXmmSpace(words32(set, XMM_AT, XMM_WORDS))
        .setXsave(xsave(set, xcr0))
        .build();
  }

  private static X86Xsave xsave(ByteBuffer set, long xcr0) {
    return X86Xsave.newBuilder()
        .setXstateBv(set.getLong(XsaveLayout.IN_USE_AT))
        .addAllYmmhSpace(words32(set, xcr0, XsaveComponent.AVX))
        .addAllBndreg(words64(set, xcr0, XsaveComponent.BOUNDS))
        .addAllBndcsr(words64(set, xcr0, XsaveComponent.BOUNDS_CONTROL))
        .addAllOpmask(words64(set, xcr0, XsaveComponent.OPMASK))
        .addAllZmmUpper(words64(set, xcr0, XsaveComponent.ZMM_HIGH))
        .addAllHi16Zmm(words64(set, xcr0, XsaveComponent.ZMM_16_31))
        .addAllPkru(words32(set, xcr0, XsaveComponent.PKRU))
        .build();
  }

  private static List<Integer> words32(ByteBuffer set, long xcr0, XsaveComponent component) {
    return (xcr0 & component.mask()) == 0
        ? List.of()
        : words32(set, component.offset(), component.length() / Integer.BYTES);
  }

  private static List<Integer> words32(ByteBuffer set, int at, int count) {
    List<Integer> words = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      words.add(set.getInt(at + i * Integer.BYTES));
    }
    return words;
  }

  private static List<Long> words64(ByteBuffer set, long xcr0, XsaveComponent component) {
    List<Long> words = new ArrayList<>();
    if ((xcr0 & component.mask()) != 0) {
      for (int at = 0; at < component.length(); at += Long.BYTES) {
        words.add(set.getLong(component.offset() + at));
      }
    }
    return words;
  }
}
