package org.ckimg.tools.names;

import static org.ckimg.tools.names.Bits.name;

import java.util.List;
import java.util.Map;
import org.ckimg.spec.model.Host;

/**
 * Flags and codes of sigaction(2), sigaltstack(2) and sigevent(3type), numbers of Linux where a
 * method knows no host.
 */
public final class SignalFlags {
  private static final Bits ACTION =
      new Bits(
          List.of(
              name("SA_NOCLDSTOP", 1),
              name("SA_NOCLDWAIT", 2),
              name("SA_SIGINFO", 4),
              name("SA_UNSUPPORTED", 0x400),
              name("SA_EXPOSE_TAGBITS", 0x800),
              name("SA_RESTORER", 0x04000000),
              name("SA_ONSTACK", 0x08000000),
              name("SA_RESTART", 0x10000000),
              name("SA_NODEFER", 0x40000000),
              name("SA_RESETHAND", 0x80000000L)));

  /** {@code sys/signal.h} of DragonFly. */
  private static final Bits DRAGONFLY_ACTION =
      new Bits(
          List.of(
              name("SA_ONSTACK", 1),
              name("SA_RESTART", 2),
              name("SA_RESETHAND", 4),
              name("SA_NOCLDSTOP", 8),
              name("SA_NODEFER", 0x10),
              name("SA_NOCLDWAIT", 0x20),
              name("SA_SIGINFO", 0x40)));

  private static final Bits STACK =
      new Bits(
          List.of(
              name("SS_ONSTACK", 1), name("SS_DISABLE", 2), name("SS_AUTODISARM", 0x80000000L)));

  private static final Map<Integer, String> NOTIFY =
      Map.of(0, "SIGEV_SIGNAL", 1, "SIGEV_NONE", 2, "SIGEV_THREAD", 4, "SIGEV_THREAD_ID");

  private static final Map<Integer, String> CODES =
      Map.of(
          0, "SI_USER",
          0x80, "SI_KERNEL",
          -1, "SI_QUEUE",
          -2, "SI_TIMER",
          -3, "SI_MESGQ",
          -4, "SI_ASYNCIO",
          -5, "SI_SIGIO",
          -6, "SI_TKILL");

  private SignalFlags() {}

  /** SA_ flags; SA_RESTORER is the kernel's own. */
  public static List<String> action(Host host, long flags) {
    return (host.system() == Host.DRAGONFLY ? DRAGONFLY_ACTION : ACTION).of(flags);
  }

  /** SS_ flags. */
  public static List<String> stack(int flags) {
    return STACK.of(Integer.toUnsignedLong(flags));
  }

  /** SIGEV_ kinds. */
  public static String notify(int kind) {
    return NOTIFY.getOrDefault(kind, Integer.toString(kind));
  }

  /** SI_ codes; a code that depends on the signal stays a number. */
  public static String code(int code) {
    return CODES.getOrDefault(code, Integer.toString(code));
  }
}
