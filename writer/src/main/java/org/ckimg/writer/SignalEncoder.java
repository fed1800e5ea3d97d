package org.ckimg.writer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadState;

/** SIGNALS: by process, its actions, what is pending for it, what is pending for its threads. */
final class SignalEncoder implements TableEncoder {
  private static final int ACTION = 1;
  private static final int PENDING_PROCESS = 2;
  private static final int PENDING_THREAD = 3;
  private static final int MAX_SIGNAL = 128;
  private static final int SIGINFO_BYTES = 128;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    List<ProcessState> processes = context.checkpoint().processes();
    ByteOrder order =
        context.checkpoint().host().bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    int thread = 0;
    for (int index = 0; index < processes.size(); index++) {
      ProcessState process = processes.get(index);
      actions(table, context.checkpoint().host(), process, index);
      Pending ofProcess = new Pending(PENDING_PROCESS, index, 0, "process " + process.pid(), order);
      ofProcess.encode(table, process.pending());
      for (ThreadState state : process.threads()) {
        String place = "thread " + state.tid();
        Pending ofThread = new Pending(PENDING_THREAD, index, thread++, place, order);
        ofThread.encode(table, state.pending());
      }
    }
  }

  private static void actions(TableWriter table, Host host, ProcessState process, int index)
      throws IOException {
    for (SignalAction action : process.actions().orElse(List.of())) {
      boolean fixed = Host.hasNoAction(host.system(), action.number());
      table
          .begin("process " + process.pid() + ", signal " + action.number())
          .require(!fixed, Rule.SIG_04, "an action for SIGKILL or SIGSTOP")
          .ascending(index, ACTION, 0, action.number())
          .u1("kind", ACTION, ACTION, PENDING_THREAD)
          .zero(3)
          .u4(index)
          .u4(0)
          .u4("number", action.number(), 1, MAX_SIGNAL)
          .u8(action.handler())
          .u8(action.flags())
          .u8(action.mask())
          .u8(action.restorer())
          .end();
    }
  }

  /** One queue of pending signals; its order is that of delivery, not of numbers. */
  private record Pending(int kind, int process, int thread, String place, ByteOrder order) {
    void encode(TableWriter table, Optional<List<PendingSignal>> queue) throws IOException {
      int position = 0;
      for (PendingSignal signal : queue.orElse(List.of())) {
        table
            .begin(place + ", pending signal " + signal.number())
            .ascending(process, kind, thread, position++)
            .require(isSiginfo(signal), Rule.SIG_03, "siginfo is of another signal or size")
            .u1("kind", kind, ACTION, PENDING_THREAD)
            .zero(3)
            .u4(process)
            .u4(thread)
            .u4("number", signal.number(), 1, MAX_SIGNAL)
            .zero(4 * Long.BYTES)
            .blob(signal.siginfo())
            .end();
      }
    }

    private boolean isSiginfo(PendingSignal signal) {
      Bytes siginfo = signal.siginfo();
      return siginfo.length() == 0
          || siginfo.length() == SIGINFO_BYTES
              && ByteBuffer.wrap(siginfo.toArray()).order(order).getInt() == signal.number();
    }
  }
}
