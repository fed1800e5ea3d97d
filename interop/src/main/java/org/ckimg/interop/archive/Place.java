package org.ckimg.interop.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ckimg.interop.ByteSource;

/**
 * A file in an archive: a range of what the archive lies in, which stays open for others.
 *
 * @param name what messages call it, safe to print
 * @param source that it lies in
 * @param offset of its first byte there
 * @param length bytes
 */
record Place(String name, ByteSource source, long offset, long length) implements ByteSource {
  @Override
  public int read(long from, ByteBuffer into) throws IOException {
    int wanted = Math.clamp(length - from, 0, into.remaining());
    int limit = into.limit();
    into.limit(into.position() + wanted);
    int count = source.read(offset + from, into);
    into.limit(limit);
    return count;
  }

  /** Nothing is closed. */
  @Override
  public void close() {
    // The archive is open as long as the image.
  }
}
