package org.ckimg.interop;

import java.nio.ByteBuffer;

/** A file that is only in memory. */
public record MemorySource(String name, byte[] bytes) implements ByteSource {
  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public int read(long offset, ByteBuffer into) {
    int count = (int) Math.min(into.remaining(), Math.max(0, bytes.length - offset));
    into.put(bytes, (int) Math.min(offset, bytes.length), count);
    return count;
  }

  @Override
  public void close() {}
}
