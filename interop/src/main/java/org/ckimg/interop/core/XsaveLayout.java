package org.ckimg.interop.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.ckimg.spec.model.Bytes;

/**
 * Where an XSAVE area has its parts. That is the processor's choice: those of AMD put AVX-512 where
 * those of Intel have MPX. Debuggers take the places of Intel for granted: gdb 13 refuses the area
 * of 2432 bytes in a kernel's core from AMD as too small, and no vector register is shown.
 */
final class XsaveLayout {
  private static final int XCR0_AT = 464;
  private static final long AVX512 = 0xe0;

  /** Without and with PKRU. */
  private static final List<Integer> AMD_BYTES = List.of(2432, 2440);

  /** Where AMD puts AVX-512; what lies in front of that is the same everywhere. */
  private static final int COMMON_BYTES = 832;

  private static final int INTEL_AVX512_AT = 1088;
  private static final int MOVED_BY = INTEL_AVX512_AT - COMMON_BYTES;

  private XsaveLayout() {}

  /** The same registers where debuggers look for them. */
  static Bytes forDebuggers(Bytes area) {
    if (!AMD_BYTES.contains(area.length())) {
      return area;
    }
    byte[] from = area.toArray();
    long xcr0 = ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN).getLong(XCR0_AT);
    if ((xcr0 & AVX512) != AVX512) {
      return area;
    }
    byte[] to = Arrays.copyOf(Arrays.copyOf(from, COMMON_BYTES), from.length + MOVED_BY);
    System.arraycopy(from, COMMON_BYTES, to, INTEL_AVX512_AT, from.length - COMMON_BYTES);
    return Bytes.of(to);
  }
}
