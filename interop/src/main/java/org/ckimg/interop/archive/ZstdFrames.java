package org.ckimg.interop.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.spec.ImageException;

/**
 * The frames of Zstandard data (RFC 8878, section 3.1) that hold something, as they are: a decoder
 * of our kind knows no skippable frames, and allocates any window that a frame asks for.
 */
final class ZstdFrames extends BlockStream {
  static final int MAGIC = 0xfd2fb528;
  private static final int SKIPPABLE = 0x184d2a50;
  private static final int SKIPPABLE_MASK = 0xfffffff0;
  private static final int MAX_HEADER = 18;

  /** What RFC 8878 recommends that every decoder takes, and all that this one does. */
  private static final long MAX_WINDOW = 8 << 20;

  private static final int MIN_WINDOW_LOG = 10;
  private static final int BLOCK_HEADER = 3;
  private static final int RLE = 1;
  private static final int CHECKSUM = 4;

  /** Where in the data the next byte behind {@link #passing} is. */
  private enum Next {
    FRAME,
    BLOCK,
    CHECKSUM
  }

  private final SourceStream source;
  private final ByteBuffer header =
      ByteBuffer.allocate(MAX_HEADER).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private Next next = Next.FRAME;
  private boolean checksum;
  private long passing;

  ZstdFrames(SourceStream source) {
    this.source = source;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (!header.hasRemaining() && passing == 0) {
      if (!advance()) {
        return -1;
      }
    }
    if (header.hasRemaining()) {
      int count = Math.min(length, header.remaining());
      header.get(into, offset, count);
      return count;
    }
    int count = source.read(into, offset, (int) Math.min(length, passing));
    passing -= Math.max(0, count);
    return count;
  }

  /** Goes over the next header; false when there is none. */
  private boolean advance() throws IOException {
    header.clear();
    switch (next) {
      case FRAME -> frame();
      case BLOCK -> block();
      case CHECKSUM -> {
        take(CHECKSUM);
        next = Next.FRAME;
      }
    }
    header.flip();
    return header.hasRemaining() || !source.isStarved();
  }

  /** Puts more bytes behind those of the header; false when they are not all there. */
  private boolean take(int count) throws IOException {
    int read = source.readNBytes(header.array(), header.position(), count);
    header.position(header.position() + read);
    return read == count;
  }

  private void frame() throws IOException {
    if (!take(Integer.BYTES)) {
      return;
    }
    int magic = header.getInt(0);
    if ((magic & SKIPPABLE_MASK) == SKIPPABLE) {
      skip();
    } else if (magic != MAGIC) {
      throw malformed("0x%08x is not the magic word of a frame", magic);
    } else if (take(1)) {
      data(header.get(Integer.BYTES) & 0xff);
    }
  }

  private void skip() throws IOException {
    if (take(Integer.BYTES)) {
      long count = Integer.toUnsignedLong(header.getInt(Integer.BYTES));
      header.clear();
      if (source.skip(count) < count) {
        throw malformed("a skippable frame of %d bytes ends behind the data", count);
      }
      source.fed();
    }
  }

  private void data(int descriptor) throws IOException {
    boolean single = (descriptor & 0x20) != 0;
    checksum = (descriptor & 4) != 0;
    int window = single ? 0 : 1;
    int dictionary = (descriptor & 3) == 3 ? 4 : descriptor & 3;
    int sizeFlag = descriptor >>> 6;
    int size = sizeFlag == 0 ? (single ? 1 : 0) : 1 << sizeFlag;
    int at = header.position();
    if (!take(window + dictionary + size)) {
      return;
    }
    long bytes = single ? contentSize(at + dictionary, size) : window(header.get(at) & 0xff);
    if (bytes < 0 || bytes > MAX_WINDOW) {
      throw ArchiveRule.BOUND.unsupported(
          "archive",
          source.position(),
          "Zstandard with a window of %s bytes, %d at most; `zstd -d --long=31` decodes it",
          Long.toUnsignedString(bytes),
          MAX_WINDOW);
    }
    next = Next.BLOCK;
  }

  private long contentSize(int at, int size) {
    return switch (size) {
      case 1 -> header.get(at) & 0xff;
      case 2 -> (header.getShort(at) & 0xffff) + 256;
      case 4 -> Integer.toUnsignedLong(header.getInt(at));
      default -> header.getLong(at);
    };
  }

  private static long window(int descriptor) {
    long base = 1L << MIN_WINDOW_LOG + (descriptor >>> 3);
    return base + (base >>> 3) * (descriptor & 7);
  }

  private void block() throws IOException {
    if (!take(BLOCK_HEADER)) {
      return;
    }
    int word = header.getShort(0) & 0xffff | (header.get(2) & 0xff) << 16;
    boolean last = (word & 1) != 0;
    int type = word >>> 1 & 3;
    passing = type == RLE ? 1 : word >>> 3;
    if (last) {
      next = checksum ? Next.CHECKSUM : Next.FRAME;
    }
  }

  private ImageException malformed(String text, Object... arguments) {
    return ArchiveRule.STREAM.malformed("archive", source.position(), text, arguments);
  }
}
