package org.ckimg.linux.remote;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;

/**
 * A signal frame that brings a thread back to where it was interrupted: what rt_sigreturn(2) finds
 * at rsp ({@code struct ucontext} and the XSAVE area, {@code asm/sigcontext.h}). The kernel reads
 * neither siginfo nor return address.
 */
final class SignalFrame {
  private static final int CONTEXT_BYTES = 320;
  private static final int MAGIC2_BYTES = 4;
  private static final int FP_XSTATE_MAGIC1 = 0x46505853;
  private static final int FP_XSTATE_MAGIC2 = 0x46505845;
  private static final int SOFTWARE_BYTES_OFFSET = 464;
  private static final int SOFTWARE_BYTES = 48;

  /** FP_XSTATE, STRICT_RESTORE_SS and its save flag: what a 64-bit kernel itself writes. */
  private static final long UC_FLAGS = 7;

  /** No valid combination: the kernel then leaves the alternate stack as it is. */
  private static final int KEEP_ALTSTACK = 0x10;

  private static final long TRAP_FLAG = 0x100;
  private static final long SYSCALL_BYTES = 2;

  private SignalFrame() {}

  /** Size for an XSAVE area of this size. */
  static int bytes(byte[] xstate) {
    return CONTEXT_BYTES + xstate.length + MAGIC2_BYTES;
  }

  /**
   * The frame's bytes.
   *
   * @param thread to go back to
   * @param xstate its XSAVE area
   * @param base address that the frame will lie at, a multiple of 64
   */
  static byte[] build(SeizedThread thread, byte[] xstate, long base) {
    ByteBuffer frame = ByteBuffer.allocate(bytes(xstate)).order(ByteOrder.LITTLE_ENDIAN);
    Registers registers = resumed(thread.registers());
    frame.putLong(0, UC_FLAGS);
    frame.putInt(24, KEEP_ALTSTACK);
    frame.position(40);
    for (Name name : CONTEXT_ORDER) {
      frame.putLong(registers.get(name));
    }
    frame.putLong(registers.get(Name.EFLAGS) & ~TRAP_FLAG);
    frame.putShort((short) registers.get(Name.CS)).putShort((short) 0).putShort((short) 0);
    frame.putShort((short) registers.get(Name.SS));
    frame.putLong(224, base + CONTEXT_BYTES);
    frame.putLong(296, thread.mask());
    putExtendedState(frame, xstate);
    return frame.array();
  }

  private static final Name[] CONTEXT_ORDER = {
    Name.R8, Name.R9, Name.R10, Name.R11, Name.R12, Name.R13, Name.R14, Name.R15, Name.RDI,
    Name.RSI, Name.RBP, Name.RBX, Name.RDX, Name.RAX, Name.RCX, Name.RSP, Name.RIP
  };

  /** The frame's last part must lie above the context: a handler's frame would overwrite it. */
  private static void putExtendedState(ByteBuffer frame, byte[] xstate) {
    long features = ByteBuffer.wrap(xstate).order(ByteOrder.LITTLE_ENDIAN).getLong(464);
    frame.position(CONTEXT_BYTES).put(xstate);
    int software = CONTEXT_BYTES + SOFTWARE_BYTES_OFFSET;
    frame.put(software, new byte[SOFTWARE_BYTES]);
    frame.putInt(software, FP_XSTATE_MAGIC1);
    frame.putInt(software + 4, xstate.length + MAGIC2_BYTES);
    frame.putLong(software + 8, features);
    frame.putInt(software + 16, xstate.length);
    frame.putInt(CONTEXT_BYTES + xstate.length, FP_XSTATE_MAGIC2);
  }

  /**
   * An interrupted call is made again from its beginning. The kernel's restart block cannot be
   * used: rt_sigreturn(2) forgets it.
   */
  private static Registers resumed(Registers registers) {
    if (!EintrCure.restarts(registers)) {
      return registers;
    }
    return registers
        .with(Name.RIP, registers.get(Name.RIP) - SYSCALL_BYTES)
        .with(Name.RAX, registers.get(Name.ORIG_RAX));
  }
}
