package org.ckimg.reader.internal.pages;

import java.nio.ByteBuffer;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Digest;

/**
 * Where the stored pages of a block are, read by hand; the constraints are those of {@code frame}
 * in the layout.
 */
public final class FrameTable {
  private final ByteBuffer bytes;
  private final int size;
  private final int numStored;
  private final Layout layout;

  FrameTable(ByteBuffer bytes, int numStored, Layout layout) {
    this.bytes = bytes;
    this.size = bytes.limit() / Format.FRAME_ENTRY_BYTES;
    this.numStored = numStored;
    this.layout = layout;
  }

  /** Bytes in a page. */
  int pageSize() {
    return layout.pageSize();
  }

  /** Pages in a full frame. */
  int pagesPerFrame() {
    return layout.framePages();
  }

  /** Number of frames. */
  public int size() {
    return size;
  }

  private int field(int i, int at) {
    return bytes.getInt(i * Format.FRAME_ENTRY_BYTES + at);
  }

  /** Bytes from the start of the data to the frame. */
  public int offset(int i) {
    return field(i, 0);
  }

  /** Bytes that the frame has in the file. */
  public int length(int i) {
    return field(i, 4);
  }

  /** CRC32C of those bytes. */
  public int crc(int i) {
    return field(i, 8);
  }

  /** How the frame is coded. */
  public int codec(int i) {
    return field(i, 12) & 0xff;
  }

  /** Digest of the frame. */
  public Digest leaf(int i) {
    byte[] leaf = new byte[Digest.LENGTH];
    bytes.get(i * Format.FRAME_ENTRY_BYTES + 16, leaf);
    return Digest.of(leaf);
  }

  /** Stored pages in frame {@code i}. */
  public int pages(int i) {
    return Math.min(layout.framePages(), numStored - i * layout.framePages());
  }

  /** Reports what breaks a rule; true when nothing does. */
  boolean check(CkimgImage.PageBlock head, int dataBytes, Place place, Findings findings)
      throws ImageException {
    boolean sound = true;
    for (int i = 0; i < size; i++) {
      sound &= inRange(i, head, place, findings);
    }
    return sound && checkOrder(head, dataBytes, place, findings);
  }

  private boolean inRange(int i, CkimgImage.PageBlock head, Place place, Findings findings)
      throws ImageException {
    long offset = Integer.toUnsignedLong(offset(i));
    long length = Integer.toUnsignedLong(length(i));
    boolean inData =
        offset <= Format.MAX_DATA_BYTES
            && length >= 1
            && offset + length <= head.lenRaw() + head.lenCoded();
    if (!inData || !codecFits(i, offset, length)) {
      String text = "frame %d: offset %d, length %d, codec %d";
      findings.add(
          Rule.PAG_05,
          place.section(),
          place.at(i * Format.FRAME_ENTRY_BYTES),
          text.formatted(i, offset, length, codec(i)));
      return false;
    }
    if (field(i, 12) >>> 8 != 0) {
      findings.add(
          Rule.PAG_02,
          place.section(),
          place.at(i * Format.FRAME_ENTRY_BYTES + 13),
          "frame " + i + ": reserved1 is not zero");
      return false;
    }
    return true;
  }

  private boolean codecFits(int i, long offset, long length) {
    long decoded = (long) pages(i) * layout.pageSize();
    if (codec(i) == Format.CODEC_RAW) {
      return length == decoded && offset % layout.pageSize() == 0;
    }
    return codec(i) <= Format.CODEC_ZSTD
        && length * 8 <= decoded * 7
        && (layout.root().header().codecs() >> codec(i) & 1) == 1;
  }

  private boolean checkOrder(
      CkimgImage.PageBlock head, int dataBytes, Place place, Findings findings)
      throws ImageException {
    long raw = 0;
    long coded = head.lenRaw();
    for (int i = 0; i < size; i++) {
      boolean isRaw = codec(i) == Format.CODEC_RAW;
      if (offset(i) != (isRaw ? raw : coded)) {
        String text = "frame %d is at %d, %d expected".formatted(i, offset(i), isRaw ? raw : coded);
        findings.add(Rule.PAG_08, place.section(), place.at(i * Format.FRAME_ENTRY_BYTES), text);
        return false;
      }
      raw += isRaw ? length(i) : 0;
      coded += isRaw ? 0 : length(i);
    }
    if (raw != head.lenRaw() || coded != head.lenRaw() + head.lenCoded() || coded != dataBytes) {
      String text = "%d raw and %d coded bytes, %d bytes of data";
      findings.add(
          Rule.PAG_08,
          place.section(),
          place.at(0),
          text.formatted(raw, coded - head.lenRaw(), dataBytes));
      return false;
    }
    return true;
  }
}
