package org.ckimg.interop.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.RunState;

/**
 * A {@code struct elf_prpsinfo} of {@code linux/elfcore.h} for 64-bit machines.
 *
 * @param stateName letter as in /proc/PID/stat
 * @param nice nice value
 * @param flags PF_ bits of the kernel
 * @param uid real user id
 * @param gid real group id
 * @param pid process id
 * @param parent pid of the parent
 * @param group process group
 * @param session session
 * @param name of the first thread
 * @param arguments the first 79 bytes of the command line, with blanks for zero bytes
 */
record ProcessInfo(
    char stateName,
    int nice,
    long flags,
    int uid,
    int gid,
    int pid,
    int parent,
    int group,
    int session,
    Bytes name,
    Bytes arguments) {
  static final int BYTES = 136;
  static final int NAME_BYTES = 16;
  static final int ARGUMENT_BYTES = 80;
  private static final int NAME_AT = 40;
  private static final String LETTERS = "RSDTZW";

  static ProcessInfo read(Note note) throws IOException {
    if (note.length() != BYTES) {
      throw CoreRule.STATUS.malformed(
          "PRPSINFO", note.offset(), "%d bytes, not 136", note.length());
    }
    ByteBuffer bytes = note.content();
    return new ProcessInfo(
        (char) (bytes.get(1) & 0xff),
        bytes.get(3),
        bytes.getLong(8),
        bytes.getInt(16),
        bytes.getInt(20),
        bytes.getInt(24),
        bytes.getInt(28),
        bytes.getInt(32),
        bytes.getInt(36),
        text(note, NAME_AT, NAME_BYTES),
        text(note, NAME_AT + NAME_BYTES, ARGUMENT_BYTES));
  }

  private static Bytes text(Note note, int at, int length) {
    int end = at;
    while (end < at + length && note.content().get(end) != 0) {
      end++;
    }
    return note.bytes(at, end);
  }

  /**
   * What is not known to wait counts as running: a process that is dying, and one that gdb holds
   * (t) to write the core.
   */
  RunState state() {
    return switch (stateName) {
      case 'S', 'D' -> RunState.SLEEPING;
      case 'T' -> RunState.STOPPED;
      default -> RunState.RUNNING;
    };
  }

  static char letter(RunState state) {
    return switch (state) {
      case RUNNING -> 'R';
      case SLEEPING -> 'S';
      case STOPPED -> 'T';
      case ZOMBIE -> 'Z';
    };
  }

  void write(ByteBuffer into) {
    into.put((byte) Math.max(0, LETTERS.indexOf(stateName))).put((byte) stateName);
    into.put((byte) (stateName == 'Z' ? 1 : 0)).put((byte) nice).putInt(0).putLong(flags);
    into.putInt(uid).putInt(gid).putInt(pid).putInt(parent).putInt(group).putInt(session);
    put(into, name, NAME_BYTES);
    put(into, arguments, ARGUMENT_BYTES);
  }

  private static void put(ByteBuffer into, Bytes text, int length) {
    int known = Math.min(text.length(), length - 1);
    into.put(text.slice(0, known).toArray()).put(new byte[length - known]);
  }

  /** The command line as the kernel shortens it. */
  static Bytes arguments(Bytes commandLine) {
    int length = Math.min(commandLine.length(), ARGUMENT_BYTES - 1);
    String text = new String(commandLine.slice(0, length).toArray(), StandardCharsets.ISO_8859_1);
    return Bytes.of(text.replace('\0', ' ').getBytes(StandardCharsets.ISO_8859_1));
  }
}
