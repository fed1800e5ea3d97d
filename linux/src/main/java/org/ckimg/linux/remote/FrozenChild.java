package org.ckimg.linux.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.sys.ProcessCalls;

/**
 * A copy-on-write child of the target that never runs its code: it stands behind close_range(2),
 * without descriptors, and ends when its tracer does.
 */
public final class FrozenChild implements AutoCloseable {
  private static final int SIGKILL = 9;

  private final int pid;
  private boolean ended;

  FrozenChild(int pid) {
    this.pid = pid;
  }

  /** Process id. */
  public int pid() {
    return pid;
  }

  /** Brings the child to where it closed its descriptors; the target may run meanwhile. */
  public void freeze() throws IOException {
    expect(Patience.await(pid).isEventStop());
    expect(RemoteProcess.toSyscall(pid).atSyscall());
    expect(RemoteProcess.toSyscall(pid).atSyscall());
    Ptrace.setOptions(pid, Ptrace.O_TRACESYSGOOD | Ptrace.O_EXITKILL);
    preferForOutOfMemory();
  }

  private void expect(boolean asExpected) throws IOException {
    if (!asExpected) {
      throw new IOException("the copy-on-write child " + pid + " did not freeze");
    }
  }

  /** When memory runs out the copy goes, never the program. */
  private void preferForOutOfMemory() throws IOException {
    Files.write(
        Path.of("/proc/" + pid + "/oom_score_adj"), "1000".getBytes(StandardCharsets.US_ASCII));
  }

  /** Kills the child and waits; it stays a zombie of the target until that reaps it. */
  @Override
  public void close() throws IOException {
    if (ended) {
      return;
    }
    ended = true;
    ProcessCalls.kill(pid, SIGKILL);
    Ptrace.awaitEnd(pid);
  }
}
