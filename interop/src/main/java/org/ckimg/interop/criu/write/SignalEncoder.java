package org.ckimg.interop.criu.write;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.interop.criu.proto.SignalActionEntry;
import org.ckimg.interop.criu.proto.SignalEntry;
import org.ckimg.interop.criu.proto.SignalQueue;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.SignalAction;

/** Signal actions and queues. */
final class SignalEncoder {
  private static final int SIGNALS = 64;
  private static final int SIGKILL = 9;
  private static final int SIGSTOP = 19;

  private SignalEncoder() {}

  /** Of all signals but the two that have only one; what is not there has its default action. */
  static List<SignalActionEntry> actions(List<SignalAction> actions) {
    SignalAction[] byNumber = new SignalAction[SIGNALS + 1];
    for (SignalAction action : actions) {
      if (action.number() <= SIGNALS) {
        byNumber[action.number()] = action;
      }
    }
    List<SignalActionEntry> entries = new ArrayList<>();
    for (int number = 1; number <= SIGNALS; number++) {
      if (number != SIGKILL && number != SIGSTOP) {
        SignalAction action = byNumber[number];
        entries.add(entry(action == null ? new SignalAction(number, 0, 0, 0, 0) : action));
      }
    }
    return entries;
  }

  private static SignalActionEntry entry(SignalAction action) {
    return SignalActionEntry.newBuilder()
        .setHandler(action.handler())
        .setFlags(action.flags())
        .setRestorer(action.restorer())
        .setMask(action.mask())
        .setCompat(false)
        .build();
  }

  static SignalQueue queue(List<PendingSignal> signals) {
    SignalQueue.Builder queue = SignalQueue.newBuilder();
    for (PendingSignal signal : signals) {
      queue.addSignals(
          SignalEntry.newBuilder().setSiginfo(ByteString.copyFrom(signal.siginfo().toArray())));
    }
    return queue.build();
  }
}
