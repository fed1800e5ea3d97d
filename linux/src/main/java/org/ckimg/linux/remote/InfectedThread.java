package org.ckimg.linux.remote;

import java.io.IOException;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.linux.ptrace.Stop;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * The thread that carries an infection: it maps the scratch memory through the gadget, runs the
 * runner there, and unmaps it through the gadget again.
 */
final class InfectedThread {
  /** Below rsp: the red zone of the System V ABI, and room to align. */
  static final int STACK_MARGIN = 128 + 64 + 64;

  private static final int RED_ZONE = 128;
  private static final int FRAME_ALIGNMENT = 64;
  private static final int PROT_READ_WRITE_EXEC = 7;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final long TRAP_FLAG = 0x100;

  /** Traced at once, and sharing the descriptor table until the child leaves it by itself. */
  private static final int CLONE_PTRACE_FILES = 0x2400;

  private final int pid;
  private final SeizedThread thread;
  private final byte[] xstate;
  private final SelfStop selfStop;
  private final HeldSignals held;
  private final long gadget;
  private final long stackFrame;
  private byte[] stackBytes;
  private long scratch;
  private long scratchBytes;
  private RunnerThread runner;

  InfectedThread(
      int pid,
      SeizedThread thread,
      byte[] xstate,
      long gadget,
      SelfStop selfStop,
      HeldSignals held) {
    this.pid = pid;
    this.thread = thread;
    this.xstate = xstate;
    this.gadget = gadget;
    this.selfStop = selfStop;
    this.held = held;
    long top = thread.registers().get(Name.RSP) - RED_ZONE - frameBytes() - FRAME_ALIGNMENT;
    this.stackFrame = top & -FRAME_ALIGNMENT;
  }

  int tid() {
    return thread.tid();
  }

  int frameBytes() {
    return SignalFrame.bytes(xstate);
  }

  /** Address of the scratch memory. */
  long scratch() {
    return scratch;
  }

  /** Maps the scratch memory, at {@code place} if that is free, and stands ready to run there. */
  void enter(long place, long bytes) throws IOException {
    stackBytes = TargetMemory.read(pid, stackFrame, frameBytes());
    try {
      goToGadget();
      // In this order: it is the frame that brings the mask back when we die.
      Ptrace.setSignalMask(tid(), selfStop.blockedMask());
      long address =
          callThroughGadget(
              Sys.MMAP, place, bytes, PROT_READ_WRITE_EXEC, MAP_PRIVATE_ANONYMOUS, -1, 0);
      Syscalls.check("mmap", address, "scratch memory in pid " + pid);
      scratch = address;
      scratchBytes = bytes;
      prepareRunner();
    } catch (TargetBusyException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      restore();
      throw e;
    }
  }

  private void prepareRunner() throws IOException {
    long frame = scratch + Scratch.FRAME;
    TargetMemory.write(pid, scratch, Runner.CODE);
    TargetMemory.write(pid, frame, SignalFrame.build(thread, xstate, frame));
    CallTable table =
        new CallTable(
            pid,
            scratch + Scratch.TABLE,
            Scratch.TABLE_CALLS,
            scratch + Scratch.OUT,
            Scratch.OUT_BYTES);
    runner =
        new RunnerThread(
            pid, thread, selfStop, held, scratch, scratch + Scratch.CONTROL, frame, table);
    RemoteCalls nothing = new RemoteCalls();
    nothing.add(Sys.GETPID);
    runner.make(nothing);
    // The thread stands on the scratch frame now: a child must not see ours on the stack.
    TargetMemory.write(pid, stackFrame, stackBytes);
  }

  void make(RemoteCalls calls) throws IOException {
    runner.make(calls);
  }

  /** Forks: pid of the child, which is traced, or -errno. */
  long fork() throws IOException {
    return runner.fork(CLONE_PTRACE_FILES);
  }

  /** Unmaps the scratch memory and gives the thread its own state again. */
  void leave() throws IOException {
    try {
      goToGadget();
      long result = callThroughGadget(Sys.MUNMAP, scratch, scratchBytes);
      Syscalls.check("munmap", result, "scratch memory in pid " + pid);
    } finally {
      restore();
    }
  }

  /** Mask before registers: between them the thread must not stand with its own code masked. */
  private void restore() throws IOException {
    Ptrace.setSignalMask(tid(), thread.mask());
    Ptrace.setRegisters(tid(), thread.registers());
    TargetMemory.write(pid, stackFrame, stackBytes);
  }

  private void goToGadget() throws IOException {
    TargetMemory.write(pid, stackFrame, SignalFrame.build(thread, xstate, stackFrame));
    Ptrace.setRegisters(tid(), atGadget());
  }

  private Registers atGadget() {
    Registers own = thread.registers();
    return own.with(Name.RIP, gadget)
        .with(Name.RSP, stackFrame)
        .with(Name.ORIG_RAX, -1)
        .with(Name.EFLAGS, own.get(Name.EFLAGS) & ~TRAP_FLAG);
  }

  /**
   * Makes one call in place of the gadget's own. Until the registers are set, the thread would
   * return through the frame; afterwards the call runs and leads to the gadget again.
   */
  private long callThroughGadget(int number, long... arguments) throws IOException {
    toSyscallStop();
    Registers call =
        atGadget()
            .withCall(number, arguments)
            .with(Name.RAX, -Errno.ENOSYS)
            .with(Name.ORIG_RAX, number);
    Ptrace.setRegisters(tid(), call);
    toSyscallStop();
    return Ptrace.registers(tid()).get(Name.RAX);
  }

  private void toSyscallStop() throws IOException {
    while (true) {
      Stop stop = RemoteProcess.toSyscall(tid());
      if (stop.atSyscall()) {
        return;
      }
      if (!stop.stopped()) {
        throw new TargetEndedException(pid, stop);
      }
      if (!stop.isEventStop() && !held.takes(stop)) {
        throw new SyscallException("ptrace", Errno.EINTR, "pid " + pid + ": " + stop);
      }
    }
  }
}
