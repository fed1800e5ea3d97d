package org.ckimg.interop.criu;

import java.util.List;
import org.ckimg.interop.criu.proto.X86FpRegisters;
import org.ckimg.interop.criu.proto.X86Xsave;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.x86.XsaveComponent;
import org.ckimg.spec.x86.XsaveLayout;

/**
 * Puts the extended registers of x86 into an XSAVE area as NT_X86_XSTATE has it. The image keeps
 * each component on its own, so the area gets the offsets of a processor that has them all, Intel
 * SDM volume 1 section 13.4; AMD's processors, which have no bounds registers, put AVX-512
 * elsewhere.
 */
final class XsaveArea {
  private static final int ST_SPACE = 32;
  private static final int XMM_SPACE = 160;
  private static final int X87_AND_SSE = 3;
  private static final int ST_WORDS = 32;
  private static final int XMM_WORDS = 64;

  private final WordBuffer area = new WordBuffer(XsaveLayout.FULL.bytes(-1));
  private long components = X87_AND_SSE;

  private XsaveArea() {}

  /** The area of one thread. */
  static Bytes of(Entry<X86FpRegisters> registers) throws MalformedImageException {
    X86FpRegisters fp = registers.message();
    if (fp.getStSpaceCount() != ST_WORDS || fp.getXmmSpaceCount() != XMM_WORDS) {
      throw registers.malformed(
          CriuRule.RANGE,
          "%d and %d words of x87 and SSE registers, not %d and %d"
              .formatted(fp.getStSpaceCount(), fp.getXmmSpaceCount(), ST_WORDS, XMM_WORDS));
    }
    XsaveArea built = new XsaveArea().legacy(fp).extended(fp);
    return built.area.toBytes().slice(0, XsaveLayout.FULL.bytes(built.components));
  }

  private XsaveArea legacy(X86FpRegisters fp) {
    area.put16(0, fp.getCwd())
        .put16(2, fp.getSwd())
        .put8(4, fp.getTwd())
        .put16(6, fp.getFop())
        .put64(8, fp.getRip())
        .put64(16, fp.getRdp())
        .put32(24, fp.getMxcsr())
        .put32(28, fp.getMxcsrMask())
        .putAll32(ST_SPACE, fp.getStSpaceList())
        .putAll32(XMM_SPACE, fp.getXmmSpaceList());
    return this;
  }

  private XsaveArea extended(X86FpRegisters fp) {
    X86Xsave xsave = fp.getXsave();
    put32(XsaveComponent.AVX, xsave.getYmmhSpaceList());
    put64(XsaveComponent.BOUNDS, xsave.getBndregList());
    put64(XsaveComponent.BOUNDS_CONTROL, xsave.getBndcsrList());
    put64(XsaveComponent.OPMASK, xsave.getOpmaskList());
    put64(XsaveComponent.ZMM_HIGH, xsave.getZmmUpperList());
    put64(XsaveComponent.ZMM_16_31, xsave.getHi16ZmmList());
    put32(XsaveComponent.PKRU, rights(xsave.getPkruList()));
    area.put64(XsaveLayout.XCR0_AT, components);
    area.put64(
        XsaveLayout.IN_USE_AT, fp.hasXsave() ? xsave.getXstateBv() & components : X87_AND_SSE);
    return this;
  }

  private void put32(XsaveComponent component, List<Integer> words) {
    if (words.size() * Integer.BYTES == component.length()) {
      area.putAll32(component.offset(), words);
      has(component);
    }
  }

  private void put64(XsaveComponent component, List<Long> words) {
    if (words.size() * Long.BYTES == component.length()) {
      area.putAll64(component.offset(), words);
      has(component);
    }
  }

  private void has(XsaveComponent component) {
    components |= component.mask();
  }

  /** The register has one word; behind it one is reserved. */
  private static List<Integer> rights(List<Integer> words) {
    return words.size() == 1 ? List.of(words.getFirst(), 0) : words;
  }
}
