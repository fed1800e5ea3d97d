package org.ckimg.interop.dragonfly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.interop.Row;
import org.ckimg.spec.Finding;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.Timer;

/**
 * A {@code struct ckpt_siginfo}.
 *
 * @param actions those that are not the default
 * @param blocked mask of the thread that took the checkpoint, signals 1 to 64
 * @param timer of real time, where it was set
 * @param exitSignal for the parent, where it is one that a process can have here
 * @param high what concerns signals above 64, for which masks here have no place
 */
record SignalRecord(
    List<SignalAction> actions,
    long blocked,
    Optional<Timer> timer,
    OptionalInt exitSignal,
    List<Row> high) {
  private static final String SECTION = "signals";
  private static final int BYTES = 3296;

  /** Of trees from 2005 to 2008, with the set of signals that go to a mailbox. */
  private static final int MAILBOX_BYTES = 3312;

  private static final int SIGNALS = 128;
  private static final int ACTS_AT = 8;
  private static final int MASKS_AT = ACTS_AT + 1024;
  private static final int SET_BYTES = 16;
  private static final int ON_STACK_AT = ACTS_AT + 3104;
  private static final int INTERRUPT_AT = ACTS_AT + 3120;
  private static final int RESET_AT = ACTS_AT + 3136;
  private static final int NO_DEFER_AT = ACTS_AT + 3152;
  private static final int INFO_AT = ACTS_AT + 3168;
  private static final int TIMER_AT = 3216;
  private static final int PARENT_AT = 3248;
  private static final int BLOCKED_AT = 3252;

  private static final int MAX_EXIT_SIGNAL = 64;
  private static final long MAX_SECONDS = 1L << 32;
  private static final long MICROS = 1_000_000;

  /** {@code sys/signal.h}. */
  private static final int SA_ONSTACK = 1;

  private static final int SA_RESTART = 2;
  private static final int SA_RESETHAND = 4;
  private static final int SA_NODEFER = 0x10;
  private static final int SA_SIGINFO = 0x40;

  SignalRecord {
    actions = List.copyOf(actions);
    high = List.copyOf(high);
  }

  static SignalRecord read(RecordReader in, List<Finding> findings) throws IOException {
    long at = in.position();
    int size = in.take(SECTION, Integer.BYTES).getInt(0);
    if (size != BYTES) {
      throw DragonflyRule.SIGNALS.unsupported(
          SECTION,
          at,
          "a record of %d bytes, %d are read%s",
          size,
          BYTES,
          size == MAILBOX_BYTES ? "; this one is of a system from before 2008" : "");
    }
    // Offsets of fields count from the size, which was taken.
    ByteBuffer rest = in.take(SECTION, BYTES - Integer.BYTES);
    ByteBuffer record = ByteBuffer.allocate(BYTES).order(rest.order());
    record.put(Integer.BYTES, rest, 0, rest.limit());
    List<Row> high = new ArrayList<>();
    int parent = record.getInt(PARENT_AT);
    if (parent < 1 || parent > SIGNALS) {
      findings.add(
          DragonflyRule.SIGNAL.finding(SECTION, at + PARENT_AT, "signal %d at exit", parent));
    }
    return new SignalRecord(
        actions(record, at, findings, high),
        mask(record, BLOCKED_AT, "blocked by the thread", high),
        timer(record, at),
        parent < 1 || parent > MAX_EXIT_SIGNAL ? OptionalInt.empty() : OptionalInt.of(parent),
        high);
  }

  private static List<SignalAction> actions(
      ByteBuffer record, long at, List<Finding> findings, List<Row> high) {
    List<SignalAction> actions = new ArrayList<>();
    for (int number = 1; number <= SIGNALS; number++) {
      int place = ACTS_AT + (number - 1) * Long.BYTES;
      long handler = record.getLong(place);
      if (handler != 0 && Host.hasNoAction(Host.DRAGONFLY, number)) {
        findings.add(
            DragonflyRule.SIGNAL.finding(
                SECTION, at + place, "an action of its own for signal %d, left out", number));
      } else if (handler != 0) {
        int mask = MASKS_AT + (number - 1) * SET_BYTES;
        actions.add(
            new SignalAction(
                number,
                handler,
                flags(record, number),
                mask(record, mask, "blocked in the handler of " + number, high),
                0));
      }
    }
    return actions;
  }

  private static long flags(ByteBuffer record, int number) {
    return (has(record, ON_STACK_AT, number) ? SA_ONSTACK : 0)
        | (has(record, INTERRUPT_AT, number) ? 0 : SA_RESTART)
        | (has(record, RESET_AT, number) ? SA_RESETHAND : 0)
        | (has(record, NO_DEFER_AT, number) ? SA_NODEFER : 0)
        | (has(record, INFO_AT, number) ? SA_SIGINFO : 0);
  }

  private static boolean has(ByteBuffer record, int set, int number) {
    int word = record.getInt(set + (number - 1 >>> 5) * Integer.BYTES);
    return (word >>> (number - 1 & 31) & 1) != 0;
  }

  private static long mask(ByteBuffer record, int at, String what, List<Row> high) {
    if (record.getLong(at + Long.BYTES) != 0) {
      high.add(
          new Row()
              .put("what", what)
              .put("signals-65-to-128", "0x%x".formatted(record.getLong(at + Long.BYTES))));
    }
    return record.getLong(at);
  }

  private static Optional<Timer> timer(ByteBuffer record, long at) throws IOException {
    long interval = nanos(record, at, TIMER_AT);
    long value = nanos(record, at, TIMER_AT + 2 * Long.BYTES);
    return interval == 0 && value == 0
        ? Optional.empty()
        : Optional.of(new Timer.Interval(Timer.Kind.REAL, interval, value));
  }

  private static long nanos(ByteBuffer record, long at, int place) throws IOException {
    long seconds = record.getLong(place);
    long micros = record.getLong(place + Long.BYTES);
    if (seconds < 0 || seconds > MAX_SECONDS || micros < 0 || micros >= MICROS) {
      throw DragonflyRule.SIGNALS.malformed(
          SECTION, at + place, "a timer of %d seconds and %d microseconds", seconds, micros);
    }
    return (seconds * MICROS + micros) * 1000;
  }
}
