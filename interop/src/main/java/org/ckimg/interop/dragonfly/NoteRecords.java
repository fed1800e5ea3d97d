package org.ckimg.interop.dragonfly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ckimg.spec.model.Bytes;

/**
 * The notes: one of the process, then two of each thread. The thread that took the checkpoint is
 * the first one.
 *
 * @param name of the program, {@code p_comm}
 * @param release version of the system's interfaces, {@code osreldate}
 * @param threads what is known of each
 */
record NoteRecords(Bytes name, int release, List<Thread> threads) {
  static final int PROCESS = 3;
  static final int STATUS = 1;
  static final int FLOAT = 2;
  static final int PROCESS_BYTES = 120;
  static final int VERSION = 1;

  /** The second generation, which was written by forks and never released. */
  static final int FORK_VERSION = 2;

  static final int SIZE_AT = 8;

  private static final int STATUS_BYTES = 248;
  private static final int FLOAT_BYTES = 512;
  private static final int HEADER_BYTES = 12;
  private static final int NAME_AT = 16;
  private static final int NAME_BYTES = 17;
  private static final int RELEASE_AT = 32;
  private static final int SIGNAL_AT = 36;
  private static final int ID_AT = 40;
  private static final int REGISTERS_AT = 48;
  private static final int REGISTERS_BYTES = 200;
  private static final int MAX_THREADS = 256;
  private static final int MAX_ID = (1 << 30) - 1;
  private static final int OWNER_BYTES = 5;

  /**
   * A thread.
   *
   * @param id of the thread within its process; 0 is one
   * @param signal that it took last
   * @param registers {@code struct reg}
   * @param floating {@code struct fpreg}: the x87 part of the state alone
   */
  record Thread(int id, int signal, Bytes registers, Bytes floating) {}

  NoteRecords {
    threads = List.copyOf(threads);
  }

  /**
   * Reads all notes.
   *
   * @param in at the first of them
   * @param end where they end
   * @param header bytes from the start of a note to its description: 20, or 24 in some builds
   */
  static NoteRecords read(RecordReader in, long end, int header) throws IOException {
    ByteBuffer process = note(in, header, PROCESS, PROCESS_BYTES);
    Bytes name = text(process, header + NAME_AT);
    List<Thread> threads = new ArrayList<>();
    Set<Integer> ids = new HashSet<>();
    int release = 0;
    while (in.position() < end) {
      if (threads.size() == MAX_THREADS) {
        throw DragonflyRule.NOTES.malformed(
            "notes", in.position(), "more than %d threads", MAX_THREADS);
      }
      long at = in.position();
      ByteBuffer status = note(in, header, STATUS, STATUS_BYTES);
      int id = status.getInt(header + ID_AT);
      if (id < 0 || id > MAX_ID || !ids.add(id)) {
        throw DragonflyRule.THREAD.malformed(
            "notes",
            at + header + ID_AT,
            "thread %d, which is out of range or was there before",
            id);
      }
      release = threads.isEmpty() ? status.getInt(header + RELEASE_AT) : release;
      Bytes registers = bytes(status, header + REGISTERS_AT, REGISTERS_BYTES);
      int signal = status.getInt(header + SIGNAL_AT);
      ByteBuffer floating = note(in, header, FLOAT, FLOAT_BYTES);
      threads.add(new Thread(id, signal, registers, bytes(floating, header, FLOAT_BYTES)));
    }
    if (threads.isEmpty() || in.position() != end) {
      throw DragonflyRule.NOTES.malformed(
          "notes", in.position(), "%d threads, and notes end at 0x%x", threads.size(), end);
    }
    return new NoteRecords(name, release, threads);
  }

  private static ByteBuffer note(RecordReader in, int header, int type, int bytes)
      throws IOException {
    long at = in.position();
    ByteBuffer note = in.take("notes", header + bytes);
    if (type == PROCESS && note.getInt(header) == FORK_VERSION) {
      throw DragonflyRule.VERSION.unsupported(
          "notes",
          at + header,
          "version %d, of which only forks of DragonFly wrote checkpoints",
          FORK_VERSION);
    }
    boolean fits =
        note.getInt(0) == OWNER_BYTES
            && note.getInt(4) == bytes
            && note.getInt(8) == type
            && text(note, HEADER_BYTES).equals(Bytes.utf8("CORE"));
    if (!fits) {
      throw DragonflyRule.NOTES.malformed(
          "notes",
          at,
          "type %d of %d bytes, where type %d of %d bytes of CORE should be",
          note.getInt(8),
          note.getInt(4),
          type,
          bytes);
    }
    if (type != FLOAT) {
      checkVersion(note, at, header, bytes);
    }
    return note;
  }

  private static void checkVersion(ByteBuffer note, long at, int header, int bytes)
      throws IOException {
    int version = note.getInt(header);
    if (version != VERSION) {
      throw DragonflyRule.VERSION.unsupported(
          "notes", at + header, "version %d, %d is read", version, VERSION);
    }
    if (note.getLong(header + SIZE_AT) != bytes) {
      throw DragonflyRule.VERSION.malformed(
          "notes",
          at + header + SIZE_AT,
          "a note that calls itself %d bytes long and has %d",
          note.getLong(header + SIZE_AT),
          bytes);
    }
  }

  private static Bytes text(ByteBuffer from, int at) {
    int length = 0;
    while (length < NAME_BYTES && from.get(at + length) != 0) {
      length++;
    }
    return bytes(from, at, length);
  }

  private static Bytes bytes(ByteBuffer from, int at, int length) {
    byte[] bytes = new byte[length];
    from.get(at, bytes);
    return Bytes.of(bytes);
  }
}
