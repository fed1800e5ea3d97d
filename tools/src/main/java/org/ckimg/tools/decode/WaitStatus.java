package org.ckimg.tools.decode;

/**
 * How a process ended, wait(2).
 *
 * @param code exit code, when {@code signal} is 0
 * @param signal that killed it, 0 when it exited
 */
public record WaitStatus(int code, int signal) {
  private static final int SIGNAL_BITS = 0x7f;

  /** Decodes a status. */
  public static WaitStatus of(int status) {
    return new WaitStatus(status >> 8 & 0xff, status & SIGNAL_BITS);
  }
}
