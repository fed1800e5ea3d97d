package org.ckimg.dumper;

import java.io.IOException;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.linux.remote.RemoteCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.spec.model.AltStack;

/** What only a thread itself can be asked: calls that it makes in the stop. */
final class ThreadQuestions {
  private static final int PR_GET_PDEATHSIG = 2;
  private static final int PR_GET_SECUREBITS = 27;
  private static final int PR_GET_TIMERSLACK = 30;
  private static final int PR_GET_TID_ADDRESS = 40;
  private static final int ALTSTACK_BYTES = 24;

  private final RemoteCalls calls = new RemoteCalls();
  private final int altStack = calls.addOut(ALTSTACK_BYTES, Sys.SIGALTSTACK, 0, RemoteCalls.OUT);
  private final int tidAddress = calls.addOut(8, Sys.PRCTL, PR_GET_TID_ADDRESS, RemoteCalls.OUT);
  private final int deathSignal = calls.addOut(8, Sys.PRCTL, PR_GET_PDEATHSIG, RemoteCalls.OUT);
  private final int securebits = calls.add(Sys.PRCTL, PR_GET_SECUREBITS);
  private final int timerSlack = calls.add(Sys.PRCTL, PR_GET_TIMERSLACK);

  RemoteCalls calls() {
    return calls;
  }

  private byte[] out(String name, int index) throws IOException {
    Syscalls.check(name, calls.result(index), "the target");
    return calls.out(index);
  }

  /** SS_ONSTACK says where the stack pointer of the question was, which is not the thread's. */
  AltStack altStack() throws IOException {
    byte[] raw = out("sigaltstack", altStack);
    return new AltStack(
        LittleEndian.word(raw, 0), LittleEndian.word(raw, 16), LittleEndian.number(raw, 8) & ~1);
  }

  /** Empty when the kernel was built without checkpoint support. */
  OptionalLong tidAddress() {
    return calls.result(tidAddress) == 0
        ? OptionalLong.of(LittleEndian.word(calls.out(tidAddress), 0))
        : OptionalLong.empty();
  }

  OptionalInt deathSignal() throws IOException {
    return OptionalInt.of(LittleEndian.number(out("prctl(PR_GET_PDEATHSIG)", deathSignal), 0));
  }

  OptionalInt securebits() {
    long bits = calls.result(securebits);
    return bits >= 0 ? OptionalInt.of((int) bits) : OptionalInt.empty();
  }

  OptionalLong timerSlackNanos() {
    long nanos = calls.result(timerSlack);
    return nanos >= 0 ? OptionalLong.of(nanos) : OptionalLong.empty();
  }
}
