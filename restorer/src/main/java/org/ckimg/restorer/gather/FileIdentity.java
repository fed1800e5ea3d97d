package org.ckimg.restorer.gather;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.Callable;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.ptrace.Tracer;
import org.ckimg.linux.sys.CapabilityCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.spec.model.Credentials;

/**
 * A thread that opens files as a restored process may: with its file system ids and groups, and
 * with its rights on files, not the tool's. All of it is per thread in the kernel, credentials(7);
 * the rest of the tool keeps its own.
 */
final class FileIdentity implements AutoCloseable {
  private static final int PR_SET_DUMPABLE = 4;
  private static final int CAP_SETUID = 7;

  /** CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID: what passes by the modes of files. */
  private static final long RIGHTS_ON_FILES = 0x1f;

  private final Tracer thread = new Tracer();

  private FileIdentity() {}

  /**
   * A thread with the ids and rights of somebody; with those of the caller where they cannot be
   * changed, which the audit demands to be the same.
   */
  static FileIdentity of(Credentials wanted) throws IOException {
    FileIdentity identity = new FileIdentity();
    try {
      identity.call(() -> {
        become(wanted);
        return null;
      });
      return identity;
    } catch (IOException | RuntimeException e) {
      identity.close();
      throw e;
    }
  }

  private static void become(Credentials wanted) throws IOException {
    int self = (int) ProcessHandle.current().pid();
    long effective = Status.read(self).capEffective();
    if ((effective >>> CAP_SETUID & 1) != 0) {
      changeUser(wanted);
    }
    long granted = wanted.capabilities().map(Credentials.Capabilities::effective).orElse(0L);
    long kept = effective & ~RIGHTS_ON_FILES | effective & granted & RIGHTS_ON_FILES;
    CapabilityCalls.setEffective(kept);
  }

  private static void changeUser(Credentials wanted) throws IOException {
    setGroups(wanted.groups());
    Credentials.Ids ids = wanted.ids();
    Syscalls.call(Sys.SETFSGID, ids.fsgid());
    Syscalls.call(Sys.SETFSUID, ids.fsuid());
    // setfsuid(2) reports no error: an impossible id gives the current one back.
    Syscalls.check("setfsuid", Syscalls.call(Sys.SETFSUID, -1) == ids.fsuid() ? 0 : -1, "tool");
    // The change made the whole tool undumpable, and its /proc files another owner's.
    Syscalls.call(Sys.PRCTL, PR_SET_DUMPABLE, 1);
  }

  private static void setGroups(List<Integer> groups) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment list = arena.allocate(Math.max(1, groups.size()) * 4L, 8);
      for (int i = 0; i < groups.size(); i++) {
        list.set(NativeBytes.INT, i * 4L, groups.get(i));
      }
      Syscalls.check(
          "setgroups", Syscalls.call(Sys.SETGROUPS, groups.size(), list.address()), "tool");
    }
  }

  <T> T call(Callable<T> work) throws IOException {
    return thread.call(work);
  }

  @Override
  public void close() {
    thread.close();
  }
}
