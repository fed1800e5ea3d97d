package org.ckimg.tools.cli;

import java.util.OptionalLong;

/**
 * A range of an address space, as {@code PLACE[:LEN]}.
 *
 * @param address first byte
 * @param length bytes, at least 1
 */
public record AddressRange(long address, int length) {
  private static final int DEFAULT = 256;
  private static final int MAX = 1 << 20;

  /** Where something with a name is. */
  @FunctionalInterface
  public interface Places {
    /** The address of what lies {@code offset} bytes behind {@code name}; empty when unknown. */
    OptionalLong address(String name, long offset);
  }

  /**
   * Reads it.
   *
   * @param text an address in hex, or a name, a plus sign and an offset in hex
   * @throws UsageException when it is none
   */
  public static AddressRange parse(String text, Places places) {
    int colon = text.lastIndexOf(':');
    String place = colon < 0 ? text : text.substring(0, colon);
    long length = colon < 0 ? DEFAULT : length(text.substring(colon + 1));
    if (length < 1 || length > MAX) {
      throw new UsageException("%s: from 1 to %d bytes can be read".formatted(text, MAX));
    }
    int plus = place.lastIndexOf('+');
    return new AddressRange(
        plus < 0
            ? address(place)
            : named(place.substring(0, plus), address(place.substring(plus + 1)), places),
        (int) length);
  }

  private static long named(String name, long offset, Places places) {
    OptionalLong address = places.address(name, offset);
    if (address.isEmpty()) {
      throw new UsageException(
          "the process has no '%s' with an offset of 0x%x".formatted(name, offset));
    }
    return address.getAsLong();
  }

  /** An address: hex digits, with or without 0x. */
  public static long address(String text) {
    try {
      return Long.parseUnsignedLong(text.replaceFirst("^0[xX]", ""), 16);
    } catch (NumberFormatException e) {
      throw new UsageException("'" + text + "' is no address in hex", e);
    }
  }

  private static long length(String text) {
    try {
      return Long.decode(text);
    } catch (NumberFormatException e) {
      throw new UsageException("'" + text + "' is no number of bytes", e);
    }
  }
}
