package org.ckimg.reader.internal.pages;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ckimg.reader.PageTotals;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.reader.internal.file.Piece;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;

/**
 * The tables of one block, at most 142,400 bytes. Immutable.
 *
 * @param info the section
 * @param head counts and bounds
 * @param extents runs of pages
 * @param frames where stored pages are
 * @param digests of stored pages
 * @param slots what each page is
 * @param dataOffset of the data, from the image's start
 */
public record Block(
    SectionInfo info,
    CkimgImage.PageBlock head,
    ExtentTable extents,
    FrameTable frames,
    DigestTable digests,
    SlotTable slots,
    long dataOffset) {
  /**
   * Parses and checks the meta of a PAGES section.
   *
   * @return empty when it breaks a rule, which is reported
   */
  public static Optional<Block> parse(
      SectionInfo info, ByteBuffer meta, Layout layout, Findings findings) throws ImageException {
    long offset = info.offset() + Format.SECTION_HEAD_BYTES;
    if (meta.remaining() < Format.BLOCK_HEAD_BYTES) {
      String text = "%d bytes of meta, a block head has %d";
      findings.add(
          Rule.PAG_03,
          info.name(),
          offset,
          text.formatted(meta.remaining(), Format.BLOCK_HEAD_BYTES));
      return Optional.empty();
    }
    long data = info.offset() + layout.dataOffset(info.offset(), info.metaBytes());
    Optional<CkimgImage.PageBlock> head =
        new Piece(info.name(), offset, meta)
            .parse(io -> new CkimgImage.PageBlock(io, null, layout.root(), data), findings);
    if (head.isEmpty()) {
      return Optional.empty();
    }
    Cursor cursor = new Cursor(info.name(), offset, meta);
    CkimgImage.PageBlock h = head.get();
    int stored = (int) h.numStored();
    Place extentPlace = cursor.place();
    ExtentTable extents = new ExtentTable(cursor.take(h.numExtents(), Format.EXTENT_BYTES));
    Place framePlace = cursor.place();
    ByteBuffer frameBytes = cursor.take(h.numFrames(), Format.FRAME_ENTRY_BYTES);
    FrameTable frames = new FrameTable(frameBytes, stored, layout);
    DigestTable digests = new DigestTable(cursor.take(stored, Format.PAGE_DIGEST_BYTES));
    Place slotPlace = cursor.place();
    SlotTable slots = new SlotTable(cursor.take(h.numPages(), Format.SLOT_BYTES));
    boolean sound = extents.check(h, extentPlace, findings);
    sound &= frames.check(h, info.dataBytes(), framePlace, findings);
    sound &= slots.check(h, slotPlace, findings);
    return sound
        ? Optional.of(new Block(info, h, extents, frames, digests, slots, data))
        : Optional.empty();
  }

  /** Cuts a meta into its tables; the layout has checked that their sizes add up. */
  private static final class Cursor {
    private final String section;
    private final long offset;
    private final ByteBuffer meta;
    private int at = Format.BLOCK_HEAD_BYTES;

    Cursor(String section, long offset, ByteBuffer meta) {
      this.section = section;
      this.offset = offset;
      this.meta = meta;
    }

    Place place() {
      return new Place(section, offset + at);
    }

    ByteBuffer take(long count, int size) {
      int length = (int) count * size;
      ByteBuffer table = meta.slice(at, length).order(ByteOrder.LITTLE_ENDIAN);
      at += length;
      return table;
    }
  }

  /** What the block head counts. */
  public PageTotals totals() {
    return new PageTotals(
        head.numStored(), head.numZero(), head.numRepeated(), head.numInherited());
  }

  /** Index of the slot of {@code page}, -1 when the block does not have the page. */
  public int slotIndex(long page) {
    int extent = extents.floor(page);
    if (extent < 0 || page >= extents.page(extent) + extents.count(extent)) {
      return -1;
    }
    return extents.firstSlot(extent) + (int) (page - extents.page(extent));
  }

  /** Bytes in a page. */
  public int pageSize() {
    return frames.pageSize();
  }

  /**
   * Where a stored page lies in the file.
   *
   * @param slotIndex of the page
   * @return bytes from the image's start; -1 when its bytes are not in the file as they are
   */
  public long rawOffset(int slotIndex) {
    int slot = slots.slot(slotIndex);
    if (slot >= Format.SLOT_INHERITED) {
      return -1;
    }
    int perFrame = frames.pagesPerFrame();
    int frame = slot / perFrame;
    return frames.codec(frame) == Format.CODEC_RAW
        ? dataOffset + frames.offset(frame) + (long) (slot % perFrame) * frames.pageSize()
        : -1;
  }
}
