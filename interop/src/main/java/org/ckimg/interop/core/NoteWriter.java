package org.ckimg.interop.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.spec.model.Bytes;

/** Puts notes together, padded to words of 4 bytes as Linux does. */
final class NoteWriter {
  private static final int HEAD_BYTES = 12;

  private final ByteOrder order;
  private final List<ByteBuffer> notes = new ArrayList<>();
  private long length;

  NoteWriter(ByteOrder order) {
    this.order = order;
  }

  /** An empty description to be filled. */
  ByteBuffer content(int bytes) {
    return ByteBuffer.allocate(bytes).order(order);
  }

  void add(String owner, int type, Bytes content) {
    add(owner, type, ByteBuffer.wrap(content.toArray()));
  }

  /** Adds a note with the whole of {@code content}, wherever its position is. */
  void add(String owner, int type, ByteBuffer content) {
    byte[] name = owner.getBytes(StandardCharsets.US_ASCII);
    int nameBytes = padded(name.length + 1);
    ByteBuffer note = content(HEAD_BYTES + nameBytes + padded(content.limit()));
    note.putInt(name.length + 1).putInt(content.limit()).putInt(type).put(name);
    note.put(HEAD_BYTES + nameBytes, content, 0, content.limit());
    notes.add(note.clear());
    length += note.limit();
  }

  private static int padded(int length) {
    return length + 3 & -4;
  }

  /** Bytes of all notes. */
  long length() {
    return length;
  }

  List<ByteBuffer> notes() {
    return notes;
  }
}
