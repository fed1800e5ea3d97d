package org.ckimg.interop.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Host;

/**
 * A {@code struct elf_prstatus} of {@code linux/elfcore.h} for 64-bit machines.
 *
 * @param signal that the thread was stopped by, 0 for none
 * @param pending signals that wait for the thread, bit n - 1 is signal n
 * @param blocked signals, likewise
 * @param tid thread id
 * @param parent pid of the parent
 * @param group process group
 * @param session session
 * @param registers {@code elf_gregset_t} of the machine
 */
record Status(
    int signal,
    long pending,
    long blocked,
    int tid,
    int parent,
    int group,
    int session,
    Bytes registers) {
  static final int SIGNAL_AT = 12;
  static final int PENDING_AT = 16;
  static final int TID_AT = 32;
  static final int REGISTERS_AT = 112;

  /** {@code pr_fpvalid} and its padding, behind the registers. */
  static final int TAIL_BYTES = 8;

  /** {@code struct user_regs_struct} of x86-64. */
  static final int X86_64_REGISTERS = 216;

  static Status read(Note note, int machine) throws IOException {
    int registers = note.length() - REGISTERS_AT - TAIL_BYTES;
    boolean fits =
        machine == Host.X86_64
            ? registers == X86_64_REGISTERS
            : registers > 0 && registers % Long.BYTES == 0;
    if (!fits) {
      throw CoreRule.STATUS.malformed(
          "PRSTATUS",
          note.offset(),
          "%d bytes, which is not the size for machine %d",
          note.length(),
          machine);
    }
    ByteBuffer bytes = note.content();
    return new Status(
        bytes.getShort(SIGNAL_AT),
        bytes.getLong(PENDING_AT),
        bytes.getLong(PENDING_AT + 8),
        bytes.getInt(TID_AT),
        bytes.getInt(TID_AT + 4),
        bytes.getInt(TID_AT + 8),
        bytes.getInt(TID_AT + 12),
        note.bytes(REGISTERS_AT, REGISTERS_AT + registers));
  }

  /**
   * True when all fields were filled. Cores of gdb have only signal, id and registers; the rest is
   * zero, which is nothing that is known. A process without parent, group and session is a
   * kernel's.
   */
  boolean isFilled() {
    return parent != 0 || group != 0 || session != 0;
  }
}
