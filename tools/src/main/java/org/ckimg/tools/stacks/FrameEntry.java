package org.ckimg.tools.stacks;

/**
 * How to unwind the code of a range: an FDE of {@code .eh_frame} with its CIE.
 *
 * @param start first address of the code
 * @param end first address behind it
 * @param common what it shares with others
 * @param instructions of its own
 */
record FrameEntry(long start, long end, Common common, FrameBytes instructions) {
  /**
   * A CIE.
   *
   * @param codeAlign factor of advances
   * @param dataAlign factor of offsets
   * @param returnRegister the column of the return address
   * @param encoding of pointers in an FDE
   * @param augmented true when an FDE has data of its own
   * @param signalFrame true for code that the kernel lets signal handlers return to
   * @param instructions that come first
   */
  record Common(
      long codeAlign,
      long dataAlign,
      int returnRegister,
      int encoding,
      boolean augmented,
      boolean signalFrame,
      FrameBytes instructions) {}

  /** True for an address in the range. */
  boolean contains(long address) {
    return Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0;
  }
}
