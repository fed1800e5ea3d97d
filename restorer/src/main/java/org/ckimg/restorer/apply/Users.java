package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.ckimg.linux.sys.Sys;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.ThreadState;

/** Users and groups of a thread, credentials(7). */
final class Users {
  private static final int PR_SET_KEEPCAPS = 8;
  private static final int CAP_SETGID = 6;
  private static final int CAP_SETUID = 7;
  private static final int CAP_SETPCAP = 8;
  private static final int CAP_NET_BIND_SERVICE = 10;
  private static final int CAP_IPC_LOCK = 14;
  private static final int CAP_SYS_NICE = 23;
  private static final int CAP_SYS_RESOURCE = 24;
  private static final int CAP_WAKE_ALARM = 35;
  private static final int CAP_CHECKPOINT_RESTORE = 40;

  /** What building needs; none of it is a right on files. */
  private static final long BUILDING = 1L << CAP_SETPCAP | 1L << CAP_CHECKPOINT_RESTORE;

  /** What the program may have got by rights that it then gave up: locked memory, ports … */
  private static final long GRANTING =
      1L << CAP_NET_BIND_SERVICE
          | 1L << CAP_IPC_LOCK
          | 1L << CAP_SYS_NICE
          | 1L << CAP_SYS_RESOURCE
          | 1L << CAP_WAKE_ALARM;

  private static final long CHANGING = 1L << CAP_SETUID | 1L << CAP_SETGID;

  private final Construction construction;

  Users(Construction construction) {
    this.construction = construction;
  }

  /**
   * Groups first, users last: each call needs what the next one takes away. From here on files are
   * opened with the program's own rights, root's too.
   */
  void change(int tid, Credentials wanted) throws IOException {
    Credentials.Ids ids = wanted.ids();
    Credentials.Capabilities own = wanted.capabilities().orElseThrow();
    HostFacts.Caller caller = construction.host().caller();
    long kept = kept() & caller.capabilities() | GRANTING & caller.grantable();
    long later = permittedToAny();
    setGroups(tid, wanted.groups());
    construction.check(
        tid, "prctl(PR_SET_KEEPCAPS)", "capabilities", Sys.PRCTL, PR_SET_KEEPCAPS, 1);
    construction.check(
        tid, "setresgid", "gid " + ids.egid(), Sys.SETRESGID, ids.gid(), ids.egid(), ids.sgid());
    construction.check(
        tid, "setresuid", "uid " + ids.euid(), Sys.SETRESUID, ids.uid(), ids.euid(), ids.suid());
    Rights rights = new Rights(construction);
    long changing = kept | CHANGING & caller.capabilities();
    rights.setCapabilities(tid, changing, changing | later, 0);
    construction.remote().call(tid, Sys.SETFSGID, ids.fsgid());
    construction.remote().call(tid, Sys.SETFSUID, ids.fsuid());
    rights.setCapabilities(tid, kept | own.effective(), kept | later, 0);
  }

  /** Threads and children may have had rights that this one has not; they get them from it. */
  private long permittedToAny() {
    return threads()
        .flatMap(thread -> thread.credentials().flatMap(Credentials::capabilities).stream())
        .mapToLong(Credentials.Capabilities::permitted)
        .reduce(0, (a, b) -> a | b);
  }

  private Stream<ThreadState> threads() {
    return construction.checkpoint().processes().stream()
        .filter(Tree::isAlive)
        .flatMap(process -> process.threads().stream());
  }

  /** A later thread with other ids needs the right to take them. */
  private long kept() {
    boolean others = threads().map(ThreadState::credentials).distinct().count() > 1;
    return others ? BUILDING | CHANGING : BUILDING;
  }

  /** A process that has all rights in its user namespace keeps those that building needs. */
  void keepRightsToBuild(int tid) throws IOException {
    long rights = BUILDING | GRANTING;
    new Rights(construction).setCapabilities(tid, rights, rights, 0);
  }

  private void setGroups(int tid, List<Integer> groups) throws IOException {
    ByteBuffer list = ByteBuffer.allocate(4 * groups.size()).order(ByteOrder.LITTLE_ENDIAN);
    groups.forEach(list::putInt);
    long address = construction.workbench().put(list.array());
    construction.check(tid, "setgroups", groups.toString(), Sys.SETGROUPS, groups.size(), address);
  }
}
