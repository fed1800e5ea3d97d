package org.ckimg.tools.decode;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.PendingSignal;

/**
 * Who sent a signal, sigaction(2) {@code siginfo_t}.
 *
 * @param code si_code; absent when the source has only the number
 * @param pid of the sender; absent when the code says that no process sent it
 * @param uid of the sender
 * @param value that the sender gave along (sigqueue(3))
 */
public record SignalInfo(OptionalInt code, OptionalInt pid, OptionalInt uid, OptionalLong value) {
  private static final int CODE = 8;
  private static final int PID = 16;
  private static final int UID = 20;
  private static final int VALUE = 24;
  private static final int SI_USER = 0;
  private static final int SI_QUEUE = -1;
  private static final int SI_MESGQ = -3;
  private static final int SI_TKILL = -6;
  private static final int SIGCHLD = 17;

  /** Decodes the layout of 64-bit machines. */
  public static SignalInfo of(PendingSignal signal, Host host) {
    if (signal.siginfo().length() < VALUE + Long.BYTES) {
      return new SignalInfo(
          OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty());
    }
    Words words = new Words(signal.siginfo(), host);
    int code = words.word32(CODE);
    boolean queued = code == SI_QUEUE || code == SI_MESGQ;
    boolean sent =
        queued || code == SI_USER || code == SI_TKILL || signal.number() == SIGCHLD && code > 0;
    return new SignalInfo(
        OptionalInt.of(code),
        sent ? OptionalInt.of(words.word32(PID)) : OptionalInt.empty(),
        sent ? OptionalInt.of(words.word32(UID)) : OptionalInt.empty(),
        queued ? OptionalLong.of(words.word64(VALUE)) : OptionalLong.empty());
  }
}
