package org.ckimg.spec.x86;

/**
 * Parts of an XSAVE area behind its header that user programs see, Intel SDM volume 1 section 13.4
 * and 13.5.
 */
public enum XsaveComponent {
  /** Upper halves of the AVX registers. */
  AVX(2, 576, 256),
  /** Bounds registers of MPX. */
  BOUNDS(3, 960, 64),
  /** Their configuration and status. */
  BOUNDS_CONTROL(4, 1024, 16),
  /** Mask registers of AVX-512. */
  OPMASK(5, 1088, 64),
  /** Upper halves of the first sixteen ZMM registers. */
  ZMM_HIGH(6, 1152, 512),
  /** The other sixteen ZMM registers. */
  ZMM_16_31(7, 1664, 1024),
  /** Rights of protection keys. */
  PKRU(9, 2688, 8);

  private final int number;
  private final int offset;
  private final int length;

  XsaveComponent(int number, int offset, int length) {
    this.number = number;
    this.offset = offset;
    this.length = length;
  }

  /** Its bit in XCR0 and XSTATE_BV. */
  public long mask() {
    return 1L << number;
  }

  /** Where it is in the area of a processor that has all of them, bytes. */
  public int offset() {
    return offset;
  }

  /** Bytes. */
  public int length() {
    return length;
  }
}
