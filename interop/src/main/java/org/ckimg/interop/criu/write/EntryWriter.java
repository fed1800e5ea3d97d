package org.ckimg.interop.criu.write;

import com.google.protobuf.MessageLite;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import org.ckimg.interop.criu.ImageKind;

/** One image: magic words, then entries, each a length of 4 bytes and a message. */
final class EntryWriter implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final WritableByteChannel out;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);

  private EntryWriter(WritableByteChannel out) {
    this.out = out;
  }

  static EntryWriter create(ImageFolder folder, String name, ImageKind kind) throws IOException {
    EntryWriter writer = new EntryWriter(folder.create(name));
    kind.family().ifPresent(writer.buffer::putInt);
    writer.buffer.putInt(kind.magic());
    return writer;
  }

  /** Writes an image of one entry. */
  static void one(ImageFolder folder, String name, ImageKind kind, MessageLite message)
      throws IOException {
    try (EntryWriter writer = create(folder, name, kind)) {
      writer.add(message);
    }
  }

  EntryWriter add(MessageLite message) throws IOException {
    byte[] bytes = message.toByteArray();
    if (buffer.remaining() < Integer.BYTES) {
      flush();
    }
    buffer.putInt(bytes.length);
    return raw(ByteBuffer.wrap(bytes));
  }

  /** Adds bytes that belong to the entry before them. */
  EntryWriter raw(ByteBuffer bytes) throws IOException {
    if (bytes.remaining() > buffer.remaining()) {
      flush();
    }
    if (bytes.remaining() > buffer.remaining()) {
      write(bytes);
    } else {
      buffer.put(bytes);
    }
    return this;
  }

  private void flush() throws IOException {
    write(buffer.flip());
    buffer.clear();
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    try (out) {
      flush();
    }
  }
}
