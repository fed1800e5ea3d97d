package org.ckimg.interop.criu;

import java.util.List;
import org.ckimg.interop.criu.proto.X86FpRegisters;
import org.ckimg.interop.criu.proto.X86Xsave;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Bytes;

/**
 * Puts the extended registers of x86 into an XSAVE area as NT_X86_XSTATE has it. The image keeps
 * each component on its own, so the area gets the offsets of a processor that has them all, Intel
 * SDM volume 1 section 13.4; AMD's processors, which have no bounds registers, put AVX-512
 * elsewhere.
 */
final class XsaveArea {
  private static final int ST_SPACE = 32;
  private static final int XMM_SPACE = 160;
  private static final int XCR0 = 464;
  private static final int HEADER = 512;
  private static final int HEADER_END = 576;
  private static final int X87_AND_SSE = 3;
  private static final int ST_WORDS = 32;
  private static final int XMM_WORDS = 64;

  /** Components behind the header: number, offset, and bytes. */
  private enum Component {
    AVX(2, 576, 256),
    BOUNDS(3, 960, 64),
    BOUNDS_CONTROL(4, 1024, 16),
    OPMASK(5, 1088, 64),
    ZMM_HIGH(6, 1152, 512),
    ZMM_16_31(7, 1664, 1024),
    PKRU(9, 2688, 4);

    private final int number;
    private final int offset;
    private final int length;

    Component(int number, int offset, int length) {
      this.number = number;
      this.offset = offset;
      this.length = length;
    }

    private int end() {
      // The area is a multiple of 8 bytes long.
      return offset + (length + 7 & ~7);
    }
  }

  private final WordBuffer area = new WordBuffer(Component.PKRU.end());
  private long components = X87_AND_SSE;
  private int end = HEADER_END;

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
    return built.area.toBytes().slice(0, built.end);
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
    put32(Component.AVX, xsave.getYmmhSpaceList());
    put64(Component.BOUNDS, xsave.getBndregList());
    put64(Component.BOUNDS_CONTROL, xsave.getBndcsrList());
    put64(Component.OPMASK, xsave.getOpmaskList());
    put64(Component.ZMM_HIGH, xsave.getZmmUpperList());
    put64(Component.ZMM_16_31, xsave.getHi16ZmmList());
    put32(Component.PKRU, xsave.getPkruList());
    area.put64(XCR0, components);
    area.put64(HEADER, fp.hasXsave() ? xsave.getXstateBv() & components : X87_AND_SSE);
    return this;
  }

  private void put32(Component component, List<Integer> words) {
    if (words.size() * Integer.BYTES == component.length) {
      area.putAll32(component.offset, words);
      has(component);
    }
  }

  private void put64(Component component, List<Long> words) {
    if (words.size() * Long.BYTES == component.length) {
      area.putAll64(component.offset, words);
      has(component);
    }
  }

  private void has(Component component) {
    components |= 1L << component.number;
    end = component.end();
  }
}
