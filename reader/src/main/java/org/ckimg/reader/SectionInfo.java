package org.ckimg.reader;

import java.util.Optional;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Digest;

/**
 * A section, as the directory has it; in a file that was cut, as its own head has it.
 *
 * @param number 0, 1, 2 … in file order
 * @param type section type, see FORMAT.md
 * @param flags of the section head
 * @param item object id for PAGES, else part number
 * @param offset bytes from the image's start to the section head
 * @param metaBytes length of the meta, which follows the head
 * @param dataBytes length of the data, 0 unless PAGES
 * @param firstPage first page of the block, 0 unless PAGES
 * @param pages what the block holds, nothing unless PAGES
 * @param leaf digest of the section; absent in a file that was cut
 */
public record SectionInfo(
    int number,
    int type,
    int flags,
    int item,
    long offset,
    int metaBytes,
    int dataBytes,
    long firstPage,
    PageTotals pages,
    Optional<Digest> leaf) {
  /** The type, when this version knows it. */
  public Optional<SectionType> known() {
    return SectionType.of(type);
  }

  /** True for a section of this type. */
  public boolean is(SectionType other) {
    return type == other.number();
  }

  /** What messages call it: {@code VMAS}, {@code VMAS 1}, {@code PAGES 7}, {@code 0x9000}. */
  public String name() {
    return name(type, item);
  }

  /** What messages call a section of this type and item. */
  public static String name(int type, int item) {
    String name = SectionType.of(type).map(Enum::name).orElseGet(() -> "0x%04x".formatted(type));
    return item == 0 ? name : name + " " + Integer.toUnsignedString(item);
  }
}
