package org.ckimg.tools.names;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ckimg.spec.model.Host;

/** Names of signals, signal(7); BSD systems number some of them differently. */
public final class SignalNames {
  private static final int FREEBSD = 3;

  /** Numbers of x86, ARM and most others, {@code asm-generic/signal.h}. */
  private static final List<String> LINUX_NAMES =
      List.of(
          "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT"
              .concat(" STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS")
              .split(" "));

  private static final List<String> BSD_NAMES =
      List.of(
          "HUP INT QUIT ILL TRAP ABRT EMT FPE KILL BUS SEGV SYS PIPE ALRM TERM URG STOP TSTP CONT"
              .concat(" CHLD TTIN TTOU IO XCPU XFSZ VTALRM PROF WINCH INFO USR1 USR2")
              .split(" "));

  private static final List<String> DRAGONFLY_NAMES =
      Stream.concat(BSD_NAMES.stream(), Stream.of("THR", "CKPT", "CKPTEXIT")).toList();

  /** The first two real-time signals are the C library's own. */
  private static final int REAL_TIME_MIN = 34;

  private static final int REAL_TIME_MAX = 64;

  private final List<String> names;
  private final boolean linux;

  private SignalNames(List<String> names, boolean linux) {
    this.names = names;
    this.linux = linux;
  }

  /** The names on this host. */
  public static SignalNames of(Host host) {
    return switch (host.system()) {
      case Host.DRAGONFLY -> new SignalNames(DRAGONFLY_NAMES, false);
      case FREEBSD -> new SignalNames(BSD_NAMES, false);
      default -> new SignalNames(LINUX_NAMES, true);
    };
  }

  /** Such as SIGUSR1, SIGRTMIN+2, or SIG33 for one without a name. */
  public String name(int number) {
    if (number >= 1 && number <= names.size()) {
      return "SIG" + names.get(number - 1);
    }
    if (!linux || number < REAL_TIME_MIN || number > REAL_TIME_MAX) {
      return "SIG" + number;
    }
    if (number == REAL_TIME_MAX) {
      return "SIGRTMAX";
    }
    return number == REAL_TIME_MIN ? "SIGRTMIN" : "SIGRTMIN+" + (number - REAL_TIME_MIN);
  }

  /** Names of the signals in a mask, bit n - 1 is signal n. */
  public List<String> mask(long mask) {
    List<String> names = new ArrayList<>();
    for (int number = 1; number <= Long.SIZE; number++) {
      if ((mask >>> number - 1 & 1) != 0) {
        names.add(name(number));
      }
    }
    return names;
  }
}
