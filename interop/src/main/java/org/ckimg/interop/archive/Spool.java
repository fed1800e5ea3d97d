package org.ckimg.interop.archive;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.PrivateFile;

/**
 * Bytes that came out of a compressed archive, in a private file. Pages of zeroes take no room
 * there, so that what compressed well does not fill the disk.
 */
final class Spool implements ByteSource, Closeable {
  private static final int PAGE = 4096;

  private final FileChannel file = PrivateFile.create();
  private long length;
  private long written;

  Spool() throws IOException {}

  /** Puts bytes behind those that are there. */
  void append(byte[] bytes, int count) throws IOException {
    for (int from = 0; from < count; ) {
      int to = Math.min(count, from + PAGE);
      boolean zero = isZero(bytes, from, to);
      while (to < count && isZero(bytes, to, Math.min(count, to + PAGE)) == zero) {
        to = Math.min(count, to + PAGE);
      }
      if (!zero) {
        write(ByteBuffer.wrap(bytes, from, to - from), length);
      }
      length += to - from;
      from = to;
    }
  }

  /** True when all bytes of a range are zero. */
  static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private void write(ByteBuffer bytes, long at) throws IOException {
    long next = at;
    while (bytes.hasRemaining()) {
      next += file.write(bytes, next);
    }
    written = next;
  }

  @Override
  public String name() {
    return "spool";
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read(long offset, ByteBuffer into) throws IOException {
    int wanted = Math.clamp(length - offset, 0, into.remaining());
    int end = into.position() + wanted;
    int limit = into.limit();
    into.limit(end);
    long at = offset;
    for (int count = 0; into.hasRemaining() && at < written && count >= 0; at += count) {
      count = file.read(into, at);
    }
    while (into.hasRemaining()) {
      into.put((byte) 0);
    }
    into.limit(limit);
    return wanted;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
