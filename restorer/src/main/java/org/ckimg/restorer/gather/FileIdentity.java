package org.ckimg.restorer.gather;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.ptrace.Tracer;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;

/**
 * A thread that opens files as the restored program may: with its file system ids and groups, and
 * so without root's rights on files. Ids are per thread in the kernel, credentials(7); the rest of
 * the tool keeps its own.
 */
final class FileIdentity implements AutoCloseable {
  private static final int PR_SET_DUMPABLE = 4;

  private final Tracer thread = new Tracer();

  private FileIdentity() {}

  static FileIdentity of(Checkpoint checkpoint) throws IOException {
    FileIdentity identity = new FileIdentity();
    Optional<Credentials> wanted =
        checkpoint.processes().stream()
            .flatMap(p -> p.threads().stream())
            .findFirst()
            .flatMap(t -> t.credentials());
    int own = Status.read((int) ProcessHandle.current().pid()).uids()[1];
    if (own == 0 && wanted.isPresent() && wanted.get().ids().fsuid() != 0) {
      identity.call(() -> {
        become(wanted.get());
        return null;
      });
    }
    return identity;
  }

  private static void become(Credentials wanted) throws IOException {
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
