package org.ckimg.linux.remote;

import java.util.HexFormat;

/**
 * The code that makes a table of system calls in the target, position independent.
 *
 * <pre>
 * loop:  rax, rdi, rsi, rdx, r10, r8, r9 = [rbx] .. [rbx+48]; syscall; [rbx+56] = rax
 *        rbx += 64; if --r12 goto loop
 *        if r14d == 0 goto stop
 *        clone(r14d, 0, 0, 0, 0); 0 goto child; [r13] = pid
 * stop:  tgkill([r13+8], [r13+12], [r13+16])     a traced task halts here, see STOP_OFFSET
 *        rt_sigreturn                            nobody traces: back to where it was
 * child: close_range(0, ~0, CLOSE_RANGE_UNSHARE); exit_group(0)
 * </pre>
 *
 * The signal that the thread sends itself has the default action "ignore": a tracer always sees it,
 * an untraced task drops it and runs into rt_sigreturn(2) on the frame that rsp points at. That is
 * why a tracer may die at any moment.
 */
final class Runner {
  /** Machine code. */
  static final byte[] CODE =
      HexFormat.of()
          .parseHex(
              "488b03488b7b08488b7310488b53184c8b53204c8b43284c8b4b300f0548894338"
                  + "4883c34049ffcc75d6"
                  + "4585f6741db8380000004489f731f631d24531d24531c00f054885c0741f49894500"
                  + "418b7d08418b750c418b5510b8ea0000000f05"
                  + "b80f0000000f05f4"
                  + "b8b401000031ffbeffffffffba020000000f0531ffb8e70000000f05f4");

  /** Where rip stands at the stop. */
  static final int STOP_OFFSET = 0x5f;

  /** Size of one call in the table. */
  static final int CALL_BYTES = 64;

  /** Offset of the result in a call. */
  static final int RESULT_OFFSET = 56;

  private Runner() {}
}
