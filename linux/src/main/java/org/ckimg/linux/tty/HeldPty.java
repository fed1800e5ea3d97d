package org.ckimg.linux.tty;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import org.ckimg.linux.sys.Poll;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.TerminalCalls;

/**
 * A pseudo terminal that this process stands behind: a person types into it through us, and what is
 * written to it is read all the time. Reads of its master do not wait while something is given back
 * (EAGAIN).
 *
 * @param slave that does not block
 * @param typing held by who types
 */
public record HeldPty(int master, int slave, Lock typing) {
  private static final long PATIENCE_NANOS = 100_000_000;
  private static final long NAP_NANOS = 100_000;

  /**
   * What was typed, which is there afterwards as before; the program stands still. Empty when that
   * cannot be told at once: more was typed than the terminal takes, or written than is read.
   */
  public Optional<PtyContent> typed() throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    if (!isQuiet(deadline) || !lock()) {
      return Optional.empty();
    }
    try {
      byte[] modes = TerminalCalls.modes(slave);
      PtyContent content = PtyContent.takeTyped(master, slave, modes);
      content.give(master, slave, modes);
      return Optional.of(content);
    } finally {
      typing.unlock();
    }
  }

  private boolean isQuiet(long deadline) throws SyscallException {
    while ((Poll.events(master, Poll.IN) & Poll.IN) != 0) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(NAP_NANOS);
    }
    return true;
  }

  private boolean lock() {
    try {
      return typing.tryLock(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
