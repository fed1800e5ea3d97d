package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.ckimg.linux.sys.Sys;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.ThreadState;

/** Users and groups of a thread, credentials(7). */
final class Users {
  private static final int PR_SET_KEEPCAPS = 8;
  private static final int CAP_SETGID = 6;
  private static final int CAP_SETUID = 7;
  private static final int CAP_SETPCAP = 8;
  private static final int CAP_IPC_LOCK = 14;
  private static final int CAP_SYS_NICE = 23;
  private static final int CAP_CHECKPOINT_RESTORE = 40;

  /** What building needs after the user was changed; files are opened without a right of root. */
  private static final long BUILDING =
      1L << CAP_SETPCAP | 1L << CAP_IPC_LOCK | 1L << CAP_SYS_NICE | 1L << CAP_CHECKPOINT_RESTORE;

  private static final long CHANGING = 1L << CAP_SETUID | 1L << CAP_SETGID;

  private final Construction construction;

  Users(Construction construction) {
    this.construction = construction;
  }

  /** Groups first, users last: each call needs what the next one takes away. */
  void change(int tid, Credentials wanted) throws IOException {
    Credentials.Ids ids = wanted.ids();
    setGroups(tid, wanted.groups());
    if (isRoot(ids)) {
      return;
    }
    construction.check(
        tid, "prctl(PR_SET_KEEPCAPS)", "capabilities", Sys.PRCTL, PR_SET_KEEPCAPS, 1);
    construction.check(
        tid, "setresgid", "gid " + ids.egid(), Sys.SETRESGID, ids.gid(), ids.egid(), ids.sgid());
    construction.check(
        tid, "setresuid", "uid " + ids.euid(), Sys.SETRESUID, ids.uid(), ids.euid(), ids.suid());
    long own = wanted.capabilities().map(Credentials.Capabilities::permitted).orElse(0L);
    long kept = kept() & construction.host().caller().capabilities();
    new Rights(construction).setCapabilities(tid, kept, kept | own, 0);
    construction.remote().call(tid, Sys.SETFSGID, ids.fsgid());
    construction.remote().call(tid, Sys.SETFSUID, ids.fsuid());
  }

  /** A later thread with other ids needs the right to take them. */
  private long kept() {
    boolean others =
        construction.checkpoint().processes().stream()
                .flatMap(process -> process.threads().stream())
                .map(ThreadState::credentials)
                .distinct()
                .count()
            > 1;
    return others ? BUILDING | CHANGING : BUILDING;
  }

  /** A process that has all rights in its user namespace keeps those that building needs. */
  void keepRightsToBuild(int tid) throws IOException {
    new Rights(construction).setCapabilities(tid, BUILDING, BUILDING, 0);
  }

  private static boolean isRoot(Credentials.Ids ids) {
    return IntStream.of(
            ids.uid(),
            ids.euid(),
            ids.suid(),
            ids.fsuid(),
            ids.gid(),
            ids.egid(),
            ids.sgid(),
            ids.fsgid())
        .allMatch(id -> id == 0);
  }

  private void setGroups(int tid, List<Integer> groups) throws IOException {
    ByteBuffer list = ByteBuffer.allocate(4 * groups.size()).order(ByteOrder.LITTLE_ENDIAN);
    groups.forEach(list::putInt);
    long address = construction.workbench().put(list.array());
    construction.check(tid, "setgroups", groups.toString(), Sys.SETGROUPS, groups.size(), address);
  }
}
