package org.ckimg.interop.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.model.Bytes;

/** Reads the notes of a segment, one after the other. */
final class NoteReader {
  private static final int HEAD_BYTES = 12;
  private static final int MAX_NOTES = 1 << 20;

  /** The kernel's own limit for its longest note, the table of files, is 16 MiB. */
  private static final int MAX_CONTENT = 1 << 25;

  private static final int MAX_OWNER = 256;
  private static final String SECTION = "notes";

  private final Window window;
  private final long end;
  private long position;
  private int count;
  private boolean cut;

  /** Of the segment that {@code program} describes. */
  NoteReader(ByteSource source, ByteOrder order, ProgramHeader program) throws IOException {
    window = new Window(source, order);
    position = program.offset();
    end = position + program.fileBytes();
    if (position < 0 || program.fileBytes() < 0 || end < 0) {
      throw CoreRule.NOTE.malformed(
          SECTION, 0, "0x%x bytes of notes at 0x%x", program.fileBytes(), program.offset());
    }
    cut = end > source.length();
  }

  /** True when notes are missing at the end. */
  boolean cut() {
    return cut;
  }

  /** The next note that is whole; empty at the end. */
  Optional<Note> next() throws IOException {
    if (end - position < HEAD_BYTES) {
      return Optional.empty();
    }
    Optional<ByteBuffer> head = window.at(position, HEAD_BYTES);
    if (head.isEmpty()) {
      return Optional.empty();
    }
    long owner = head.get().getInt(0) & 0xffffffffL;
    long content = head.get().getInt(4) & 0xffffffffL;
    long contentAt = position + HEAD_BYTES + padded(owner);
    check(owner, content, contentAt);
    Optional<ByteBuffer> name = window.at(position + HEAD_BYTES, (int) owner);
    Optional<Bytes> text = name.map(NoteReader::text);
    Optional<ByteBuffer> bytes = window.at(contentAt, (int) content);
    if (text.isEmpty() || bytes.isEmpty()) {
      position = end;
      return Optional.empty();
    }
    ByteOrder order = bytes.get().order();
    byte[] copy = new byte[(int) content];
    bytes.get().get(0, copy);
    position = contentAt + padded(content);
    return Optional.of(
        new Note(text.get(), head.get().getInt(8), contentAt, ByteBuffer.wrap(copy).order(order)));
  }

  private void check(long owner, long content, long contentAt) throws IOException {
    if (contentAt > end || content > end - contentAt) {
      throw CoreRule.NOTE.malformed(
          SECTION,
          position,
          "a note of %d + %d bytes, %d bytes of notes remain",
          owner,
          content,
          end - position);
    }
    if (owner > MAX_OWNER || content > MAX_CONTENT || ++count > MAX_NOTES) {
      throw CoreRule.LIMIT.unsupported(
          SECTION,
          position,
          "note %d has a name of %d and a content of %d bytes",
          count,
          owner,
          content);
    }
  }

  /** Linux pads to words of 4 bytes in 64-bit cores too. */
  private static long padded(long length) {
    return length + 3 & -4L;
  }

  private static Bytes text(ByteBuffer name) {
    byte[] bytes = new byte[name.limit()];
    name.get(0, bytes);
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    return Bytes.of(bytes, 0, length);
  }
}
