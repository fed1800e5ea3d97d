package org.ckimg.writer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;

/** Writes front to back in pieces of 1 MiB or more, so that small sections cost no system call. */
final class Output {
  static final int BUFFER_BYTES = 1 << 20;

  private final WritableByteChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long position;

  Output(WritableByteChannel channel) {
    if (channel instanceof SelectableChannel selectable && !selectable.isBlocking()) {
      throw new IllegalArgumentException("a channel that does not block");
    }
    this.channel = channel;
  }

  /** Bytes given so far. */
  long position() {
    return position;
  }

  /** Takes the remaining bytes of {@code source}. */
  void write(ByteBuffer source) throws IOException {
    position += source.remaining();
    while (source.hasRemaining()) {
      if (buffer.position() == 0 && source.remaining() >= BUFFER_BYTES) {
        writeFully(source);
        return;
      }
      int count = Math.min(buffer.remaining(), source.remaining());
      buffer.put(source.slice(source.position(), count));
      source.position(source.position() + count);
      if (!buffer.hasRemaining()) {
        flush();
      }
    }
  }

  /** Hands on what is held back. */
  void flush() throws IOException {
    writeFully(buffer.flip());
    buffer.clear();
  }

  private void writeFully(ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }
}
