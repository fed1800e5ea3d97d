package org.ckimg.tools.cli;

import java.io.IOException;
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

  /** Where a part of a mapping is. */
  @FunctionalInterface
  public interface Places {
    /** The address of what lies {@code offset} bytes behind {@code name}; empty when unknown. */
    OptionalLong address(String name, long offset);
  }

  /** Where something with a name is. */
  @FunctionalInterface
  public interface Names {
    /** Its address; empty when nothing is called so. */
    OptionalLong address(String name) throws IOException;
  }

  /**
   * Reads it.
   *
   * @param text an address in hex; or a mapping, a plus sign and an offset in hex; or a name
   * @throws UsageException when it is none of them
   */
  public static AddressRange parse(String text, Places places, Names names) throws IOException {
    int colon = text.lastIndexOf(':');
    String place = colon < 0 ? text : text.substring(0, colon);
    long length = colon < 0 ? DEFAULT : length(text.substring(colon + 1));
    if (length < 1 || length > MAX) {
      throw new UsageException("%s: from 1 to %d bytes can be read".formatted(text, MAX));
    }
    OptionalLong address = hex(place);
    if (address.isEmpty()) {
      address = part(place, places);
    }
    if (address.isEmpty()) {
      address = names.address(place);
    }
    return new AddressRange(
        address.orElseThrow(() ->
            new UsageException(
                "'%s' is no address in hex, and nothing of the process is called so"
                    .formatted(place))),
        (int) length);
  }

  private static OptionalLong part(String text, Places places) {
    int plus = text.lastIndexOf('+');
    OptionalLong offset = hex(text.substring(plus + 1));
    return plus < 0 || offset.isEmpty()
        ? OptionalLong.empty()
        : places.address(text.substring(0, plus), offset.getAsLong());
  }

  private static OptionalLong hex(String text) {
    try {
      String digits = text.replaceFirst("^0[xX]", "");
      return OptionalLong.of(Long.parseUnsignedLong(digits, 16));
    } catch (NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  /** An address: hex digits, with or without 0x. */
  public static long address(String text) {
    return hex(text).orElseThrow(() -> new UsageException("'" + text + "' is no address in hex"));
  }

  private static long length(String text) {
    try {
      return Long.decode(text);
    } catch (NumberFormatException e) {
      throw new UsageException("'" + text + "' is no number of bytes", e);
    }
  }
}
