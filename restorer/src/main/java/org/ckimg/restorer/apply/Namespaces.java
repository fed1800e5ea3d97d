package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ckimg.linux.proc.TimeOffsets;
import org.ckimg.linux.remote.CloneArgs;
import org.ckimg.linux.remote.RemoteProcess;
import org.ckimg.linux.sys.Sys;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.plan.Isolation;

/**
 * Makes namespaces around a stub that has no children yet: what it clones afterwards lives in them.
 */
final class Namespaces {
  private final RemoteProcess maker;

  private Namespaces(RemoteProcess maker) {
    this.maker = maker;
  }

  static void make(RemoteProcess maker, Isolation isolation, HostFacts.Caller caller)
      throws IOException {
    maker.check("unshare", maker.pid(), Sys.UNSHARE, flags(isolation));
    Namespaces namespaces = new Namespaces(maker);
    if (isolation.user()) {
      namespaces.mapUser(caller);
    }
    if (isolation.clocks().needed()) {
      namespaces.shiftClocks(isolation);
    }
  }

  private static long flags(Isolation isolation) {
    return (isolation.user() ? CloneArgs.CLONE_NEWUSER : 0)
        | (isolation.pids() ? CloneArgs.CLONE_NEWPID | CloneArgs.CLONE_NEWNS : 0)
        | (isolation.clocks().needed() ? CloneArgs.CLONE_NEWTIME : 0);
  }

  /** The caller stays whom he is; user_namespaces(7) wants setgroups denied first. */
  private void mapUser(HostFacts.Caller caller) throws IOException {
    write("setgroups", "deny".getBytes(StandardCharsets.US_ASCII));
    write("gid_map", "%1$d %1$d 1".formatted(caller.gid()).getBytes(StandardCharsets.US_ASCII));
    write("uid_map", "%1$d %1$d 1".formatted(caller.uid()).getBytes(StandardCharsets.US_ASCII));
  }

  /** The file counts from the first namespace, and we may live in another one ourselves. */
  private void shiftClocks(Isolation isolation) throws IOException {
    TimeOffsets ours = TimeOffsets.read(maker.pid());
    TimeOffsets theirs =
        new TimeOffsets(
            ours.monotonic() + isolation.clocks().monotonicNanos(),
            ours.boottime() + isolation.clocks().boottimeNanos());
    write("timens_offsets", theirs.text());
  }

  private void write(String name, byte[] text) throws IOException {
    Files.write(Path.of("/proc/" + maker.pid() + "/" + name), text);
  }
}
