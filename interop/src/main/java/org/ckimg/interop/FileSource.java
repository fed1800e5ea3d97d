package org.ckimg.interop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file as it was long when it was opened. */
public final class FileSource implements ByteSource {
  private final String name;
  private final FileChannel file;
  private final long length;

  /**
   * Takes over {@code file}.
   *
   * @param name what messages call it, safe to print
   */
  public FileSource(String name, FileChannel file) throws IOException {
    this.name = name;
    this.file = file;
    this.length = file.size();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read(long offset, ByteBuffer into) throws IOException {
    int total = 0;
    while (into.hasRemaining()) {
      int count = file.read(into, offset + total);
      if (count < 0) {
        break;
      }
      total += count;
    }
    return total;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
