package org.ckimg.spec.model;

/**
 * One register set as PTRACE_GETREGSET gives it.
 *
 * @param noteType NT_ number of {@code linux/elf.h}
 * @param data the kernel's layout for that type
 */
public record Regset(int noteType, Bytes data) {
  /** General registers: {@code struct user_regs_struct} on x86-64, 216 bytes. */
  public static final int NT_PRSTATUS = 1;

  /** The XSAVE area, not compacted (x86). */
  public static final int NT_X86_XSTATE = 0x202;
}
