package org.ckimg.linux.remote;

import java.io.IOException;
import org.ckimg.linux.ptrace.Ptrace;

/**
 * A thread that makes calls of its own with the code that the carrier mapped; its own stack is not
 * touched.
 */
final class GuestThread {
  private final int pid;
  private final SeizedThread thread;
  private final long scratch;
  private final SelfStop selfStop;
  private final HeldSignals held;

  GuestThread(int pid, SeizedThread thread, long scratch, SelfStop selfStop, HeldSignals held) {
    this.pid = pid;
    this.thread = thread;
    this.scratch = scratch;
    this.selfStop = selfStop;
    this.held = held;
  }

  /** Makes the calls; the thread has its own registers and mask again when this returns. */
  void make(RemoteCalls calls) throws IOException {
    long slot = scratch + Scratch.CARRIER_BYTES;
    long frame = slot + Scratch.SLOT_FRAME;
    byte[] xstate = Ptrace.regset(thread.tid(), Ptrace.NT_X86_XSTATE);
    TargetMemory.write(pid, frame, SignalFrame.build(thread, xstate, frame));
    CallTable table =
        new CallTable(
            pid, slot, Scratch.SLOT_TABLE_CALLS, slot + Scratch.SLOT_OUT, Scratch.SLOT_OUT_BYTES);
    RunnerThread runner =
        new RunnerThread(
            pid, thread, selfStop, held, scratch, slot + Scratch.SLOT_CONTROL, frame, table);
    try {
      runner.make(calls);
    } catch (TargetBusyException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      restore();
      throw e;
    }
    restore();
  }

  private void restore() throws IOException {
    Ptrace.setSignalMask(thread.tid(), thread.mask());
    Ptrace.setRegisters(thread.tid(), thread.registers());
  }
}
