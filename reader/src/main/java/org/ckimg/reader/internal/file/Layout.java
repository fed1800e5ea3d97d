package org.ckimg.reader.internal.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.spec.Format;
import org.ckimg.spec.ksy.CkimgImage;

/**
 * The generated root type and the sizes that follow from the header. Safe for several threads:
 * everything lazy that is used here is computed at once.
 */
public final class Layout {
  private static final int PAGE_SHIFT_AT = 12;
  private static final int CODECS_AT = 22;
  private static final int CHAIN_DEPTH_AT = 20;

  private final CkimgImage root;
  private final boolean hasParent;

  private Layout(CkimgImage root, boolean hasParent) {
    this.root = root;
    this.hasParent = hasParent;
    root.pageSize();
    root.blockPages();
    root.framePages();
  }

  /** The layout that a sound header gives. */
  static Layout of(ByteBuffer header, ByteBuffer footer, long length) {
    boolean hasParent = header.getShort(CHAIN_DEPTH_AT) != 0;
    byte[] end = footer == null ? new byte[Format.FOOTER_BYTES] : footer.array();
    return new Layout(new CkimgImage(new EnvelopeStream(header.array(), end, length)), hasParent);
  }

  /**
   * The layout that the sizes of a header give whose other fields are not sound, so that what lies
   * behind the header can still be judged.
   */
  static Layout despite(ByteBuffer broken, ByteBuffer footer, long length) {
    ByteBuffer header = ByteBuffer.allocate(Format.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(Format.MAGIC).putShort((short) Format.MAJOR).putShort((short) Format.MINOR);
    header.put(broken.get(PAGE_SHIFT_AT)).put((byte) Format.FRAME_SHIFT);
    header.put((byte) Format.BLOCK_SHIFT).put((byte) 1).putShort((short) 0).putShort((short) 1);
    header.putShort(CODECS_AT, (short) 7);
    header.putShort(CHAIN_DEPTH_AT, broken.getShort(CHAIN_DEPTH_AT) == 0 ? 0 : (short) 1);
    return of(header, footer, length);
  }

  /** The generated root, whose header is sound. */
  public CkimgImage root() {
    return root;
  }

  /** True when pages may be inherited. */
  public boolean hasParent() {
    return hasParent;
  }

  /** Bytes in a page. */
  public int pageSize() {
    return root.pageSize();
  }

  /** Pages in a full block. */
  public int blockPages() {
    return root.blockPages();
  }

  /** Stored pages in a full frame. */
  public int framePages() {
    return root.framePages();
  }

  /** Bytes from a section's start to its data: the first page boundary behind meta. */
  public int dataOffset(long section, int metaBytes) {
    long end = section + Format.SECTION_HEAD_BYTES + metaBytes;
    return (int) ((end + pageSize() - 1) / pageSize() * pageSize() - section);
  }

  /** Bytes from a section's start to the next one's; a multiple of 64. */
  public long span(long section, int metaBytes, int dataBytes) {
    long end =
        dataBytes == 0
            ? Format.SECTION_HEAD_BYTES + metaBytes
            : dataOffset(section, metaBytes) + dataBytes;
    return Format.align(end);
  }
}
