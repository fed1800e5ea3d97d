package org.ckimg.interop.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.ckimg.interop.ByteSource;

/**
 * The bytes of a source from first to last, through a buffer. It watches who reads: a decoder that
 * takes and takes and gives nothing would collect without end.
 */
final class SourceStream extends InputStream {
  private static final int BUFFER_BYTES = 1 << 16;

  /** Far above what any codec needs for one byte: bzip2 a block of 900 kB. */
  private static final int MAX_HUNGER = 4 << 20;

  private final ByteSource source;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
  private long end;
  private boolean starved;
  private boolean failed;
  private int hunger;

  SourceStream(ByteSource source) {
    this.source = source;
  }

  ByteSource source() {
    return source;
  }

  /** Bytes that were taken or passed over. */
  long position() {
    return end - buffer.remaining();
  }

  /** True when somebody wanted more than there is. */
  boolean isStarved() {
    return starved;
  }

  /** True when reading the source itself went wrong. */
  boolean hasFailed() {
    return failed;
  }

  /** What was read since the last call came to something. */
  void fed() {
    hunger = 0;
  }

  @Override
  public int read() throws IOException {
    return fill() ? taken(1, buffer.get() & 0xff) : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(into, offset, count);
    return taken(count, count);
  }

  private int taken(int count, int result) throws IOException {
    hunger += count;
    if (hunger > MAX_HUNGER) {
      throw ArchiveRule.BOUND.malformed(
          "archive", position(), "%d bytes that decode to nothing", hunger);
    }
    return result;
  }

  private boolean fill() throws IOException {
    if (buffer.hasRemaining()) {
      return true;
    }
    buffer.clear();
    try {
      end += source.read(end, buffer);
    } catch (IOException e) {
      failed = true;
      throw e;
    } finally {
      buffer.flip();
    }
    starved = !buffer.hasRemaining();
    return !starved;
  }

  @Override
  public long skip(long count) {
    long step = Math.clamp(count, 0, source.length() - position());
    if (step <= buffer.remaining()) {
      buffer.position(buffer.position() + (int) step);
    } else {
      end = position() + step;
      buffer.limit(0);
    }
    return step;
  }

  @Override
  public int available() {
    return buffer.remaining();
  }
}
