package org.ckimg.interop.criu;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.criu.proto.SignalActionEntry;
import org.ckimg.interop.criu.proto.SignalEntry;
import org.ckimg.interop.criu.proto.SignalQueue;
import org.ckimg.interop.criu.proto.TaskCore;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.SignalAction;

/** Signal actions and queues. */
final class SignalDecoder {
  private static final int SIGKILL = 9;
  private static final int SIGSTOP = 19;
  private static final int MAX_SIGNAL = 128;
  private static final int SIGINFO_BYTES = 128;

  private SignalDecoder() {}

  /** The actions; the image has none for the two signals that have only one. */
  static Optional<List<SignalAction>> actions(Entry<TaskCore> core) throws MalformedImageException {
    List<SignalActionEntry> entries = core.message().getSigactionsList();
    core.check(entries.size() <= MAX_SIGNAL - 2, entries.size() + " signal actions");
    List<SignalAction> actions = new ArrayList<>();
    int signal = 1;
    for (SignalActionEntry entry : entries) {
      if (signal == SIGKILL || signal == SIGSTOP) {
        signal++;
      }
      actions.add(
          new SignalAction(
              signal++,
              entry.getHandler(),
              entry.getFlags(),
              entry.getMask(),
              entry.getRestorer()));
    }
    return actions.isEmpty() ? Optional.empty() : Optional.of(actions);
  }

  /** Signals of a queue that the image has. */
  static List<PendingSignal> pending(Entry<SignalQueue> queue) throws MalformedImageException {
    List<PendingSignal> signals = new ArrayList<>();
    for (SignalEntry entry : queue.message().getSignalsList()) {
      queue.check(
          entry.getSiginfo().size() == SIGINFO_BYTES,
          "a siginfo of %d bytes, not %d".formatted(entry.getSiginfo().size(), SIGINFO_BYTES));
      int number =
          entry.getSiginfo().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getInt();
      queue.check(number >= 1 && number <= MAX_SIGNAL, "signal " + number);
      signals.add(new PendingSignal(number, Bytes.of(entry.getSiginfo().toByteArray())));
    }
    return signals;
  }
}
