package org.ckimg.dumper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.linux.proc.ProcFile;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.remote.TargetBusyException;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/** Looks at a process before it is stopped, and refuses early what cannot be dumped. */
final class Preflight {
  private static final int SCHED_DEADLINE = 6;
  private static final long VFORK_NANOS = 1_000_000_000;

  private final int pid;
  private final boolean alone;
  private final Refusals refusals;

  /**
   * Looks at one process.
   *
   * @param alone true when its children are not dumped with it
   */
  Preflight(int pid, boolean alone, Refusals refusals) {
    this.pid = pid;
    this.alone = alone;
    this.refusals = refusals;
  }

  /**
   * Looks.
   *
   * @throws SyscallException when there is no such process, or it may not be looked at
   * @throws TargetBusyException when it is a zombie or traced by another
   */
  void run() throws IOException {
    requireProcess();
    Status status = Status.read(pid);
    if (status.isDead()) {
      throw TargetBusyException.ofDead(pid);
    }
    if (status.tracer() != 0) {
      throw TargetBusyException.ofTraced(pid, status.tracer());
    }
    requireAccess();
    lookAtNamespaces();
    if (alone) {
      lookAtChildren();
    }
    lookAtVfork();
    lookAtThreads();
    lookAtRoot();
    lookAtLabel();
  }

  private void requireProcess() throws SyscallException {
    if (!ProcessCalls.exists(pid)) {
      throw new SyscallException("kill", Errno.ESRCH, "no such process " + pid);
    }
  }

  /**
   * A kernel thread has no executable, and what ends has none any more; another user's process does
   * not show it.
   */
  private void requireAccess() throws IOException {
    if (pid == ProcessHandle.current().pid()) {
      throw new TargetBusyException("process " + pid + " is ckimg itself");
    }
    try {
      ProcFile.link(pid, "exe");
    } catch (SyscallException e) {
      if (e.errno() == Errno.ENOENT) {
        String why = Stat.read(pid).isKernelThread() ? "a kernel thread" : "about to end";
        throw new TargetBusyException("process %d is %s".formatted(pid, why));
      }
      throw new SyscallException("ptrace", Errno.EPERM, "pid " + pid);
    }
  }

  private void lookAtNamespaces() throws IOException {
    for (String name : new OwnNamespaces(pid).unsupported()) {
      refusals.add("process " + pid, name + " namespace of its own");
    }
  }

  private void lookAtChildren() throws IOException {
    List<String> children = new ArrayList<>();
    for (int child : Tasks.children(pid)) {
      Stat stat;
      try {
        stat = Stat.read(child);
      } catch (SyscallException e) {
        continue;
      }
      boolean ours = stat.state() == 'Z' && stat.exitSignal() == 0;
      if (!ours) {
        children.add(child + " (" + text(stat.comm()) + ")");
      }
    }
    if (!children.isEmpty()) {
      refusals.add(
          "process " + pid,
          "%d child process%s %s left out by --no-tree"
              .formatted(
                  children.size(), children.size() == 1 ? "" : "es", String.join(", ", children)));
    }
  }

  /**
   * A parent that waits for its vfork(2) child cannot be stopped; most often it waits for less than
   * a millisecond, and for another child the next time.
   */
  private void lookAtVfork() throws IOException {
    long start = System.nanoTime();
    OptionalInt child = vforkChild();
    while (child.isPresent() && child.equals(vforkChild())) {
      if (System.nanoTime() - start > VFORK_NANOS) {
        refusals.add("process " + pid, "waits for its vfork(2) child " + child.getAsInt());
        return;
      }
      Pause.brief("a child starts");
    }
  }

  private OptionalInt vforkChild() throws IOException {
    if (Status.read(pid).state() != 'D') {
      return OptionalInt.empty();
    }
    for (int child : Tasks.children(pid)) {
      try {
        if (ProcessCalls.compare(pid, child, ProcessCalls.KCMP_VM, 0, 0) == 0) {
          return OptionalInt.of(child);
        }
      } catch (SyscallException e) {
        // It has ended.
        continue;
      }
    }
    return OptionalInt.empty();
  }

  private void lookAtThreads() throws IOException {
    for (int tid : Tasks.threads(pid)) {
      try {
        if (Stat.readThread(pid, tid).policy() == SCHED_DEADLINE) {
          refusals.add("thread " + tid, "SCHED_DEADLINE");
        }
      } catch (SyscallException e) {
        // The thread has ended.
        continue;
      }
    }
  }

  private void lookAtRoot() throws IOException {
    String root = text(ProcFile.link(pid, "root"));
    if (!root.equals("/")) {
      refusals.add("root", "root directory " + root);
    }
  }

  /** What a security module calls it is not restored; it would be called as ckimg is. */
  private void lookAtLabel() {
    Optional<String> label = label(pid);
    Optional<String> own = label((int) ProcessHandle.current().pid());
    if (label.isPresent() && !label.equals(own)) {
      refusals.add("process " + pid, "security label " + label.get());
    }
  }

  private static Optional<String> label(int process) {
    try {
      return Optional.of(ProcFile.text(process, "attr/current"));
    } catch (IOException e) {
      // No security module that labels processes.
      return Optional.empty();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
