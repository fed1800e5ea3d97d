package org.ckimg.testkit.attack;

import java.util.List;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Numbers;
import org.ckimg.testkit.Table;

/** Lies about signals and timers. */
final class SignalAttacks {
  private static final int ACTION = 1;
  private static final int OF_PROCESS = 2;
  private static final int SIGUSR1 = 10;
  private static final int SIGSEGV = 11;

  private final Lies lies = new Lies(Subject.EVERY);

  private SignalAttacks() {}

  static List<Attack> all() {
    SignalAttacks all = new SignalAttacks();
    all.signals();
    all.timers();
    return all.lies.told();
  }

  private static String action(Image image, int number) {
    long records = image.get("SIGNALS/table/num_records");
    for (int row = 0; row < records; row++) {
      String prefix = "SIGNALS/" + row + "/";
      if (image.get(prefix + "kind") == ACTION && image.get(prefix + "number") == number) {
        return prefix;
      }
    }
    throw new IllegalArgumentException("signal " + number + " has no action");
  }

  private void pending(String name, String against, int number, int code) {
    lies.tell(name, against, "AU-SIG-05", image -> setPending(image, number, code, 0));
  }

  private static void setPending(Image image, int number, int code, int pid) {
    int row = image.find(Table.SIGNALS, "kind", OF_PROCESS);
    image.set("SIGNALS/" + row + "/number", number);
    int at = image.offset("SIGNALS/heap/" + row + "/siginfo");
    image.set(at, Numbers.of(4, number));
    image.set(at + 8, Numbers.of(4, code));
    image.set(at + 16, Numbers.of(4, pid));
  }

  private void signals() {
    lies.tell(
        "handler-kernel",
        "a handler in the kernel",
        "AU-SIG-02",
        image -> image.set(action(image, SIGUSR1) + "handler", Lies.KERNEL));
    lies.tell(
        "handler-data",
        "a handler in data",
        "AU-SIG-02",
        image -> image.set(action(image, SIGUSR1) + "handler", image.get("PROCESSES/0/arg_start")));
    lies.tell(
        "restorer-nowhere",
        "a handler that returns to nowhere",
        "AU-SIG-03",
        image -> image.set(action(image, SIGUSR1) + "restorer", Lies.NOT_CANONICAL));
    lies.tell(
        "restorer-none",
        "a handler without a way back",
        "AU-SIG-03",
        image -> {
          String field = action(image, SIGUSR1) + "flags";
          image.set(field, image.get(field) & ~0x04000000L);
        });
    lies.tell(
        "altstack-kernel",
        "handlers that write to the kernel",
        "AU-SIG-04",
        image -> image.set("THREADS/0/altstack_address", Lies.KERNEL));
    lies.tell(
        "altstack-wraps",
        "a stack around the end of memory",
        "AU-SIG-04",
        image -> image.set("THREADS/0/altstack_bytes", Long.MAX_VALUE));
    lies.tell(
        "altstack-code",
        "handlers that write over code",
        "AU-SIG-04",
        image -> image.set("THREADS/0/altstack_address", image.get("PROCESSES/0/start_code")));
    lies.tell(
        "altstack-flags",
        "flags that nobody knows",
        "AU-SIG-04",
        image -> image.set("THREADS/0/altstack_flags", 0x40));
    lies.tell(
        "altstack-on-it",
        "a stack that the thread does not stand on",
        "AU-SIG-04",
        image -> image.set("THREADS/0/altstack_flags", 1));
    lies.tell(
        "action-flags",
        "flags that another kernel obeys",
        "AU-SIG-11",
        image -> {
          String field = action(image, SIGUSR1) + "flags";
          image.set(field, image.get(field) | 0x200);
        });
    lies.bend(
        "restorer-own",
        "code in place of a return",
        "AU-SIG-12",
        image -> {
          String field = action(image, SIGUSR1) + "restorer";
          image.set(field, image.get(field) + 2);
        });
    pending("fault-of-kernel", "a fault that never was", SIGSEGV, 0x80);
    pending("fault-mapped", "a fault that never was", SIGSEGV, 1);
    pending("fault-bus", "a fault that never was", 7, 2);
    pending("fault-call", "a call that was never caught", 31, 1);
    lies.bend(
        "sender-init",
        "a signal that seems to be from process 1",
        "AU-SIG-06",
        image -> setPending(image, SIGUSR1, 0, 1));
    lies.bend(
        "sender-other-user",
        "a signal that seems to be from another user",
        "AU-SIG-06",
        image -> {
          int row = image.find(Table.SIGNALS, "kind", OF_PROCESS);
          image.set(image.offset("SIGNALS/heap/" + row + "/siginfo") + 20, Numbers.of(4, 4711));
        });
    lies.bend(
        "all-blocked",
        "a program that cannot be told to end",
        "AU-SIG-07",
        image -> image.set("THREADS/0/blocked", -1));
    lies.bend(
        "death-signal",
        "a signal when ckimg ends",
        "AU-SIG-09",
        image -> image.set("THREADS/0/death_signal", 9));
    lies.tell(
        "signals-too-many",
        "exhausted queues",
        "AU-SIG-08 AU-TIM-04",
        image -> image.set("LIMITS/" + image.find(Table.LIMITS, "resource", 11) + "/soft", 0));
    lies.bend(
        "exit-signal",
        "a parent that is sent another signal",
        "AU-SIG-10",
        image -> image.set("PROCESSES/0/exit_signal", 9));
  }

  private void timers() {
    lies.tell(
        "interval-storm",
        "a timer without pause",
        "AU-TIM-01",
        image -> image.set("TIMERS/0/interval_nanos", 1));
    lies.tell(
        "posix-storm",
        "a timer without pause",
        "AU-TIM-01",
        image -> image.set("TIMERS/1/interval_nanos", 1000));
    lies.tell(
        "posix-clock",
        "the CPU clock of another process",
        "AU-TIM-02",
        image -> image.set("TIMERS/1/clock", -10));
    lies.tell(
        "posix-clock-file",
        "the clock of a file",
        "AU-TIM-02",
        image -> image.set("TIMERS/1/clock", -5));
    lies.tell(
        "posix-thread",
        "signals to another program's thread",
        "AU-TIM-03",
        image -> image.set("TIMERS/1/notify_kind", 4).set("TIMERS/1/tid", 1));
    lies.tell(
        "posix-signal",
        "a signal that is none",
        "AU-TIM-03",
        image -> image.set("TIMERS/1/number", 70));
  }
}
