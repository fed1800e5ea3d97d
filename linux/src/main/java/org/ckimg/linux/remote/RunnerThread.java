package org.ckimg.linux.remote;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.linux.ptrace.Stop;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;

/** A thread of the target that runs the {@link Runner}. */
final class RunnerThread {
  private static final long TRAP_FLAG = 0x100;
  private static final int CONTROL_BYTES = 24;

  private final int pid;
  private final SeizedThread thread;
  private final SelfStop selfStop;
  private final HeldSignals held;
  private final long code;
  private final long control;
  private final long frame;
  private final CallTable table;

  /**
   * A thread with its places in the target.
   *
   * @param code address of the runner
   * @param control address of its control words
   * @param frame address of its signal frame
   */
  RunnerThread(
      int pid,
      SeizedThread thread,
      SelfStop selfStop,
      HeldSignals held,
      long code,
      long control,
      long frame,
      CallTable table) {
    this.pid = pid;
    this.thread = thread;
    this.selfStop = selfStop;
    this.held = held;
    this.code = code;
    this.control = control;
    this.frame = frame;
    this.table = table;
  }

  /** Makes all calls. */
  void make(RemoteCalls calls) throws IOException {
    int first = 0;
    while (first < calls.size()) {
      int count = table.write(calls, first);
      run(count, 0);
      table.read(calls, first, count);
      first += count;
    }
  }

  /** Forks with these clone flags: pid of the child, or -errno. */
  long fork(int cloneFlags) throws IOException {
    RemoteCalls harmless = new RemoteCalls();
    harmless.add(Sys.GETPID);
    table.write(harmless, 0);
    run(1, cloneFlags);
    byte[] answer = TargetMemory.read(pid, control, Long.BYTES);
    return ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private void run(int calls, int cloneFlags) throws IOException {
    writeControl();
    Ptrace.setRegisters(thread.tid(), start(calls, cloneFlags));
    // Not before the registers: it is the frame under them that brings the mask back.
    Ptrace.setSignalMask(thread.tid(), selfStop.blockedMask());
    awaitEnd();
  }

  private void writeControl() throws IOException {
    ByteBuffer words = ByteBuffer.allocate(CONTROL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    words
        .putLong(0)
        .putInt(selfStop.ownId(pid, pid))
        .putInt(selfStop.ownId(pid, thread.tid()))
        .putInt(selfStop.signal());
    TargetMemory.write(pid, control, words.array());
  }

  /** Registers that enter the runner; the frame under rsp leads back. */
  private Registers start(int calls, int cloneFlags) {
    Registers own = thread.registers();
    return own.with(Name.RIP, code)
        .with(Name.RSP, frame)
        .with(Name.RBX, table.table())
        .with(Name.R12, calls)
        .with(Name.R13, control)
        .with(Name.R14, cloneFlags)
        .with(Name.ORIG_RAX, -1)
        .with(Name.EFLAGS, own.get(Name.EFLAGS) & ~TRAP_FLAG);
  }

  private void awaitEnd() throws IOException {
    while (true) {
      Ptrace.resume(thread.tid(), 0);
      Stop stop = Patience.await(thread.tid());
      if (!stop.stopped()) {
        throw new TargetEndedException(pid, stop);
      }
      if (atEnd(stop)) {
        return;
      }
      requireHarmless(stop);
    }
  }

  private boolean atEnd(Stop stop) throws SyscallException {
    return stop.isSignal()
        && stop.signal() == selfStop.signal()
        && Ptrace.registers(thread.tid()).get(Name.RIP) == code + Runner.STOP_OFFSET;
  }

  private void requireHarmless(Stop stop) throws IOException {
    if (!stop.isEventStop() && !held.takes(stop)) {
      throw new IOException("calls injected into process " + pid + " were cut off by " + stop);
    }
  }
}
