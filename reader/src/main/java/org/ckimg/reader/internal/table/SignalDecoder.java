package org.ckimg.reader.internal.table;

import java.util.List;
import java.util.Optional;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.SignalAction;

final class SignalDecoder implements RowVisitor<CkimgImage.SignalState> {
  private final boolean known;
  private final Groups<SignalAction> actions = new Groups<>();
  private final Groups<PendingSignal> ofProcess = new Groups<>();
  private final Groups<PendingSignal> ofThread = new Groups<>();

  /**
   * Takes signals.
   *
   * @param known false when the file was cut before the end of the table
   */
  SignalDecoder(boolean known) {
    this.known = known;
  }

  @Override
  public void row(Row<CkimgImage.SignalState> row) {
    CkimgImage.SignalState r = row.value();
    int number = (int) r.number();
    switch (r.kind()) {
      case SignalVerifier.ACTION ->
          actions.add(
              r.process(),
              new SignalAction(number, r.handler(), r.flags(), r.mask(), r.restorer()));
      case SignalVerifier.PENDING_PROCESS ->
          ofProcess.add(r.process(), new PendingSignal(number, row.bytes(r.siginfo())));
      default -> ofThread.add(r.thread(), new PendingSignal(number, row.bytes(r.siginfo())));
    }
  }

  /** Actions of a process; absent when they were cut away. */
  Optional<List<SignalAction>> actions(long process) {
    return known ? Optional.of(actions.of(process)) : Optional.empty();
  }

  /** Signals that wait for a process; absent when they were cut away. */
  Optional<List<PendingSignal>> ofProcess(long process) {
    return known ? Optional.of(ofProcess.of(process)) : Optional.empty();
  }

  /** Signals that wait for a thread; absent when they were cut away. */
  Optional<List<PendingSignal>> ofThread(long thread) {
    return known ? Optional.of(ofThread.of(thread)) : Optional.empty();
  }
}
