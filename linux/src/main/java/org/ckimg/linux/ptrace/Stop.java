package org.ckimg.linux.ptrace;

/**
 * What wait4(2) said of a traced task.
 *
 * @param status wait status
 */
public record Stop(int status) {
  private static final int EVENT_CLONE = 3;
  private static final int EVENT_EXEC = 4;
  private static final int EVENT_STOP = 128;

  /** True when the task still exists. */
  public boolean stopped() {
    return (status & 0xff) == 0x7f;
  }

  /** The signal of a stop; SIGTRAP | 0x80 at a system call. */
  public int signal() {
    return status >> 8 & 0xff;
  }

  /** PTRACE_EVENT_ number, 0 for a plain signal. */
  public int event() {
    return status >> 16;
  }

  /** True after PTRACE_INTERRUPT, in a group stop, and for a task that was just attached. */
  public boolean isEventStop() {
    return stopped() && event() == EVENT_STOP;
  }

  /** True for an event stop of a task that a signal had stopped before. */
  public boolean wasStoppedBySignal() {
    return isEventStop() && signal() != 5;
  }

  /** True at the entry to or exit from a system call. */
  public boolean atSyscall() {
    return stopped() && signal() == (5 | 0x80);
  }

  /** True when a new task was cloned. */
  public boolean isClone() {
    return stopped() && (event() == EVENT_CLONE || event() == 1 || event() == 2);
  }

  /** True when execve(2) is about to return. */
  public boolean isExec() {
    return stopped() && event() == EVENT_EXEC;
  }

  /** True when a signal is about to be delivered. */
  public boolean isSignal() {
    return stopped() && event() == 0 && !atSyscall();
  }

  @Override
  public String toString() {
    if (stopped()) {
      return "stop(signal %d, event %d)".formatted(signal(), event());
    }
    return (status & 0x7f) == 0
        ? "exit(" + (status >> 8 & 0xff) + ")"
        : "killed(" + (status & 0x7f) + ")";
  }
}
