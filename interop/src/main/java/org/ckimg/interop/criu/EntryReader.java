package org.ckimg.interop.criu;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.Finding;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.TruncatedImageException;

/** Goes through the entries of one image: each a length of 4 bytes and a message. */
final class EntryReader implements Closeable {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MAX_ENTRY = 16 << 20;
  private static final int WINDOW = 64 << 10;

  private final ByteSource source;
  private byte[] window = new byte[WINDOW];
  private long windowOffset;
  private int windowLength;
  private long position;
  private int start;
  private int length;

  private EntryReader(ByteSource source) {
    this.source = source;
  }

  /**
   * Checks the magic words.
   *
   * @param source closed with the reader, and when this fails
   */
  static EntryReader open(ByteSource source, ImageKind kind) throws IOException {
    EntryReader reader = new EntryReader(source);
    try {
      Optional<Integer> family = kind.family();
      if (family.isPresent()) {
        reader.magic(family.get(), kind);
      }
      reader.magic(kind.magic(), kind);
      return reader;
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  private void magic(int expected, ImageKind kind) throws IOException {
    long at = position;
    int found = word();
    if (found != expected) {
      throw new MalformedImageException(
          new Finding(
              CriuRule.MAGIC,
              source.name(),
              at,
              "0x%08x is not the 0x%08x of %s".formatted(found, expected, kind.text())));
    }
  }

  private int word() throws IOException {
    need(position, Integer.BYTES, "a word");
    int value = (int) INT.get(window, (int) (position - windowOffset));
    position += Integer.BYTES;
    return value;
  }

  /** Goes to the next entry; false when there is none. */
  boolean next() throws IOException {
    if (position == source.length()) {
      return false;
    }
    long at = position;
    int found = word();
    if (found < 0 || found > MAX_ENTRY) {
      throw new MalformedImageException(
          new Finding(
              CriuRule.LENGTH,
              source.name(),
              at,
              "an entry of %d bytes, %d at most".formatted(found, MAX_ENTRY)));
    }
    need(position, found, "an entry");
    start = (int) (position - windowOffset);
    length = found;
    position += found;
    return true;
  }

  /** Makes the window hold {@code count} bytes from {@code offset}. */
  private void need(long offset, int count, String what) throws IOException {
    if (count > source.length() - offset) {
      throw truncated(offset, "%s of %d bytes".formatted(what, count));
    }
    if (offset >= windowOffset && offset + count <= windowOffset + windowLength) {
      return;
    }
    if (count > window.length) {
      window = new byte[count];
    }
    ByteBuffer into = ByteBuffer.wrap(window);
    into.limit((int) Math.min(window.length, source.length() - offset));
    windowOffset = offset;
    windowLength = source.read(offset, into);
    if (windowLength < count) {
      throw truncated(offset, "%s of %d bytes".formatted(what, count));
    }
  }

  /** Passes over bytes that follow an entry, and tells where they are. */
  long skip(long count, String what) throws TruncatedImageException {
    long at = position;
    if (count < 0 || count > source.length() - position) {
      throw new TruncatedImageException(
          new Finding(CriuRule.PAYLOAD, source.name(), at, missing(what + " of " + count, at)));
    }
    position += count;
    return at;
  }

  private TruncatedImageException truncated(long offset, String what) {
    return new TruncatedImageException(
        new Finding(CriuRule.LENGTH, source.name(), offset, missing(what, offset)));
  }

  private String missing(String what, long offset) {
    return "%s, %d bytes remain".formatted(what, Math.max(0, source.length() - offset));
  }

  /** Offset of the entry in the file. */
  long offset() {
    return windowOffset + start;
  }

  /** Bytes behind the entry. */
  long remaining() {
    return source.length() - position;
  }

  /** The array that the entry is in, until the next one. */
  byte[] array() {
    return window;
  }

  /** Where the entry starts in {@link #array}. */
  int start() {
    return start;
  }

  /** Bytes in the entry. */
  int length() {
    return length;
  }

  /** The entry as a message. */
  <T> Entry<T> parse(Parser<T> parser) throws MalformedImageException {
    try {
      return entry(parser.parseFrom(window, start, length));
    } catch (InvalidProtocolBufferException e) {
      throw entry(e).malformed(CriuRule.MESSAGE, "is no message of its kind: " + e.getMessage());
    }
  }

  /** Something of this entry. */
  <T> Entry<T> entry(T message) {
    return new Entry<>(source.name(), offset(), message);
  }

  /** What the entries are read from. */
  ByteSource source() {
    return source;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
