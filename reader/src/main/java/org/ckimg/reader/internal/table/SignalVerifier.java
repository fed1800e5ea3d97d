package org.ckimg.reader.internal.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Host;

final class SignalVerifier extends Verifier<CkimgImage.SignalState> {
  static final int ACTION = 1;
  static final int PENDING_PROCESS = 2;
  static final int PENDING_THREAD = 3;

  private static final int SIGINFO_BYTES = 128;
  private static final int BIG_ENDIAN = 2;

  private long[] previousPending = {};

  SignalVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.SignalState> row) throws ImageException {
    CkimgImage.SignalState r = row.value();
    checkOrder(row, r);
    checkOwner(row, r);
    checkKnown(row, r);
    if (r.kind() == ACTION) {
      if (Host.hasNoAction(references.system(), (int) r.number())) {
        broken(row, Rule.SIG_04, "signal %d has an action", r.number());
      }
    } else {
      checkSiginfo(row, r);
    }
  }

  /** Signals that wait may be equal; their order is that of their queue. */
  private void checkOrder(Row<CkimgImage.SignalState> row, CkimgImage.SignalState r)
      throws ImageException {
    if (r.kind() == ACTION) {
      ordered(row, r.process(), r.kind(), 0, r.number());
      return;
    }
    long[] queue = {r.process(), r.kind(), r.thread()};
    if (!Arrays.equals(queue, previousPending)) {
      ordered(row, r.process(), r.kind(), r.thread(), 0);
    }
    previousPending = queue;
  }

  private void checkOwner(Row<CkimgImage.SignalState> row, CkimgImage.SignalState r)
      throws ImageException {
    process(row, Rule.SIG_02, r.process());
    boolean action = r.kind() == ACTION;
    if (!action && (r.handler() | r.flags() | r.mask() | r.restorer()) != 0) {
      broken(row, Rule.SIG_02, "a signal that waits has fields of an action");
    }
    if (action && r.siginfo().len() != 0) {
      broken(row, Rule.SIG_02, "an action has a siginfo");
    }
    if (r.kind() != PENDING_THREAD) {
      if (r.thread() != 0) {
        broken(row, Rule.SIG_02, "thread is %d, though the process is meant", r.thread());
      }
      return;
    }
    Optional<References.ThreadFacts> thread = references.thread(r.thread());
    boolean other = thread.isPresent() && thread.get().process() != r.process();
    if (other || references.lacksIndex(SectionType.THREADS, r.thread())) {
      broken(row, Rule.SIG_02, "process %d has no thread %d", r.process(), r.thread());
    }
  }

  private void checkKnown(Row<CkimgImage.SignalState> row, CkimgImage.SignalState r)
      throws ImageException {
    boolean known =
        switch (r.kind()) {
          case ACTION -> processHas(r, Presence.Process.ACTIONS);
          case PENDING_PROCESS -> processHas(r, Presence.Process.PENDING);
          default ->
              references
                  .thread(r.thread())
                  .map(t -> (t.present() & Presence.Thread.PENDING) != 0)
                  .orElse(true);
        };
    if (!known) {
      broken(row, Rule.TAB_05, "signals of kind %d are marked absent", r.kind());
    }
  }

  private boolean processHas(CkimgImage.SignalState r, int bit) {
    return references.process(r.process()).map(p -> (p.present() & bit) != 0).orElse(true);
  }

  private void checkSiginfo(Row<CkimgImage.SignalState> row, CkimgImage.SignalState r)
      throws ImageException {
    if (r.siginfo().len() == 0) {
      return;
    }
    if (r.siginfo().len() != SIGINFO_BYTES) {
      broken(row, Rule.SIG_03, "siginfo has %d bytes", r.siginfo().len());
      return;
    }
    boolean big = references.header().elfData() == BIG_ENDIAN;
    ByteBuffer siginfo = ByteBuffer.wrap(row.bytes(r.siginfo()).toArray());
    int number = siginfo.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN).getInt();
    if (number != r.number()) {
      broken(row, Rule.SIG_03, "number is %d, siginfo says %d", r.number(), number);
    }
  }
}
