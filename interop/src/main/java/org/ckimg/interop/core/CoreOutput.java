package org.ckimg.interop.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;

/** What a core is written to, front to back; zeros become holes where the channel can seek. */
final class CoreOutput {
  private static final int ZERO_BYTES = 1 << 16;

  private final WritableByteChannel channel;
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_BYTES);
  private long position;
  private long hole;

  CoreOutput(WritableByteChannel channel) {
    this.channel = channel;
  }

  /** Bytes so far. */
  long position() {
    return position;
  }

  void write(ByteBuffer bytes) throws IOException {
    if (bytes.hasRemaining()) {
      fill();
      position += bytes.remaining();
      put(bytes);
    }
  }

  /** Writes this many zeros. */
  void skip(long length) {
    position += length;
    hole += length;
  }

  void padTo(long target) {
    skip(target - position);
  }

  /** Writes what is behind the last byte that is not zero. */
  void finish() throws IOException {
    if (hole > 0) {
      hole--;
      fill();
      put(zeros.clear().limit(1));
    }
  }

  private void fill() throws IOException {
    if (channel instanceof SeekableByteChannel seekable) {
      seekable.position(seekable.position() + hole);
      hole = 0;
    }
    while (hole > 0) {
      int length = (int) Math.min(hole, ZERO_BYTES);
      put(zeros.clear().limit(length));
      hole -= length;
    }
  }

  private void put(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
