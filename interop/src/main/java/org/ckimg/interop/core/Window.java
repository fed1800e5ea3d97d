package org.ckimg.interop.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ckimg.interop.ByteSource;

/** A source through a buffer, for many small reads that mostly follow each other. */
public final class Window {
  private static final int BYTES = 1 << 16;

  private final ByteSource source;
  private final ByteOrder order;
  private final ByteBuffer buffer = ByteBuffer.allocate(BYTES);
  private long start;

  /** Of {@code source}, whose words have this order. */
  public Window(ByteSource source, ByteOrder order) {
    this.source = source;
    this.order = order;
    buffer.limit(0);
  }

  /** Bytes in the source. */
  public long length() {
    return source.length();
  }

  /** True when these bytes are there; the numbers are unsigned and may be anything. */
  public boolean has(long offset, long length) {
    return offset >= 0
        && length >= 0
        && offset <= source.length()
        && length <= source.length() - offset;
  }

  /**
   * Bytes of the source, from position 0 of what is returned; empty when they are not all there.
   *
   * @param offset of the first, anything
   * @param length at least 0; checked against the source before anything is allocated
   */
  public Optional<ByteBuffer> at(long offset, int length) throws IOException {
    if (!has(offset, length)) {
      return Optional.empty();
    }
    return length > BYTES ? large(offset, length) : small(offset, length);
  }

  private Optional<ByteBuffer> large(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    return source.read(offset, bytes) < length
        ? Optional.empty()
        : Optional.of(bytes.flip().order(order));
  }

  private Optional<ByteBuffer> small(long offset, int length) throws IOException {
    if (offset < start || offset + length > start + buffer.limit()) {
      buffer.clear();
      start = offset;
      source.read(offset, buffer);
      buffer.flip();
    }
    int at = (int) (offset - start);
    return at + length > buffer.limit()
        ? Optional.empty()
        : Optional.of(buffer.slice(at, length).order(order));
  }
}
