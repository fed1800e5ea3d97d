package org.ckimg.tools.cli;

/**
 * A range of an address space, as {@code ADDR[:LEN]}.
 *
 * @param address first byte
 * @param length bytes, at least 1
 */
public record AddressRange(long address, int length) {
  private static final int DEFAULT = 256;
  private static final int MAX = 1 << 20;

  /**
   * Reads it.
   *
   * @throws UsageException when it is none
   */
  public static AddressRange parse(String text) {
    int colon = text.indexOf(':');
    long address = address(colon < 0 ? text : text.substring(0, colon));
    long length = colon < 0 ? DEFAULT : length(text.substring(colon + 1));
    if (length < 1 || length > MAX) {
      throw new UsageException("%s: from 1 to %d bytes can be read".formatted(text, MAX));
    }
    return new AddressRange(address, (int) length);
  }

  /** An address: hex digits, with or without 0x. */
  public static long address(String text) {
    try {
      return Long.parseUnsignedLong(text.replaceFirst("^0[xX]", ""), 16);
    } catch (NumberFormatException e) {
      throw new UsageException("'" + text + "' is no address in hex");
    }
  }

  private static long length(String text) {
    try {
      return Long.decode(text);
    } catch (NumberFormatException e) {
      throw new UsageException("'" + text + "' is no number of bytes");
    }
  }
}
