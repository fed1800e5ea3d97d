package org.ckimg.linux.ptrace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The general registers of an x86-64 task: {@code struct user_regs_struct} of {@code sys/user.h},
 * 27 words in the kernel's order. Immutable; {@link #with} makes a changed copy.
 */
public final class Registers {
  /** Size of the structure, bytes. */
  public static final int BYTES = 216;

  private final long[] words;

  private Registers(long[] words) {
    this.words = words;
  }

  /** Names in the order of the structure. */
  public enum Name {
    R15,
    R14,
    R13,
    R12,
    RBP,
    RBX,
    R11,
    R10,
    R9,
    R8,
    RAX,
    RCX,
    RDX,
    RSI,
    RDI,
    ORIG_RAX,
    RIP,
    CS,
    EFLAGS,
    RSP,
    SS,
    FS_BASE,
    GS_BASE,
    DS,
    ES,
    FS,
    GS
  }

  /** Registers from the kernel's 216 bytes. */
  public static Registers of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("user_regs_struct has 216 bytes, not " + bytes.length);
    }
    long[] words = new long[BYTES / Long.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words);
    return new Registers(words);
  }

  /** The kernel's 216 bytes. */
  public byte[] toBytes() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asLongBuffer().put(words);
    return buffer.array();
  }

  /** Value of a register. */
  public long get(Name name) {
    return words[name.ordinal()];
  }

  /** A copy with one register changed. */
  public Registers with(Name name, long value) {
    long[] changed = words.clone();
    changed[name.ordinal()] = value;
    return new Registers(changed);
  }

  /** A copy that would make a system call: number in rax, arguments in their registers. */
  public Registers withCall(long number, long[] arguments) {
    Name[] places = {Name.RDI, Name.RSI, Name.RDX, Name.R10, Name.R8, Name.R9};
    Registers changed = with(Name.RAX, number).with(Name.ORIG_RAX, -1);
    for (int i = 0; i < places.length; i++) {
      changed.words[places[i].ordinal()] = i < arguments.length ? arguments[i] : 0;
    }
    return changed;
  }

  /** True when the task was stopped in a system call. */
  public boolean inSyscall() {
    return get(Name.ORIG_RAX) >= 0;
  }
}
