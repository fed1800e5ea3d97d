package org.ckimg.reader.internal.pages;

import java.nio.ByteBuffer;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;

/**
 * Runs of consecutive pages of a block, read by hand; the constraints are those of {@code extent}
 * in the layout.
 */
public final class ExtentTable {
  private final ByteBuffer bytes;
  private final int size;

  ExtentTable(ByteBuffer bytes) {
    this.bytes = bytes;
    this.size = bytes.limit() / Format.EXTENT_BYTES;
  }

  /** Number of extents. */
  public int size() {
    return size;
  }

  /** First page of extent {@code i}. */
  public long page(int i) {
    return bytes.getLong(i * Format.EXTENT_BYTES);
  }

  /** Pages in extent {@code i}. */
  public int count(int i) {
    return bytes.getInt(i * Format.EXTENT_BYTES + 8);
  }

  /** Index of the slot of the first page of extent {@code i}. */
  public int firstSlot(int i) {
    return bytes.getInt(i * Format.EXTENT_BYTES + 12);
  }

  /** Index of the last extent that starts at or before {@code page}, -1 when there is none. */
  public int floor(long page) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (page(middle) <= page) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** Reports what breaks a rule; true when nothing does. */
  boolean check(CkimgImage.PageBlock head, Place place, Findings findings) throws ImageException {
    boolean sound = true;
    for (int i = 0; i < size; i++) {
      if (!inRange(i, head)) {
        String text = "extent %d: page %d, count %d, first_slot %d";
        findings.add(
            Rule.PAG_04,
            place.section(),
            place.at(i * Format.EXTENT_BYTES),
            text.formatted(
                i,
                page(i),
                Integer.toUnsignedLong(count(i)),
                Integer.toUnsignedLong(firstSlot(i))));
        sound = false;
      }
    }
    return sound && checkOrder(head, place, findings);
  }

  private boolean inRange(int i, CkimgImage.PageBlock head) {
    long count = Integer.toUnsignedLong(count(i));
    return page(i) >= head.firstPage()
        && page(i) <= head.lastPage()
        && count >= 1
        && count <= head.numPages()
        && page(i) + count - 1 <= head.lastPage()
        && Integer.toUnsignedLong(firstSlot(i)) <= head.numPages() - count;
  }

  private boolean checkOrder(CkimgImage.PageBlock head, Place place, Findings findings)
      throws ImageException {
    long behind = -1;
    int slots = 0;
    for (int i = 0; i < size; i++) {
      if (firstSlot(i) != slots || (i == 0 ? page(0) != head.firstPage() : page(i) <= behind)) {
        String text = "extent %d starts at page %d and slot %d, %d pages were before";
        findings.add(
            Rule.PAG_06,
            place.section(),
            place.at(i * Format.EXTENT_BYTES),
            text.formatted(i, page(i), firstSlot(i), slots));
        return false;
      }
      behind = page(i) + count(i);
      slots += count(i);
    }
    if (slots != head.numPages() || behind - 1 != head.lastPage()) {
      String text = "the extents have %d pages and end with page %d";
      findings.add(Rule.PAG_06, place.section(), place.at(0), text.formatted(slots, behind - 1));
      return false;
    }
    return true;
  }
}
