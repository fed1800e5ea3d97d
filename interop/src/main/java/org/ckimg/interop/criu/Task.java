package org.ckimg.interop.criu;

import java.util.List;
import java.util.Optional;
import org.ckimg.interop.criu.proto.CoreEntry;
import org.ckimg.interop.criu.proto.FdinfoEntry;
import org.ckimg.interop.criu.proto.FsEntry;
import org.ckimg.interop.criu.proto.MmEntry;
import org.ckimg.interop.criu.proto.ObjectIds;
import org.ckimg.interop.criu.proto.PstreeEntry;
import org.ckimg.interop.criu.proto.VmaEntry;

/**
 * The images of one task as they were read.
 *
 * @param row of the tree
 * @param threads the leader first, then by tid
 * @param ids which objects it shares; a dead task has none, as all below
 * @param mm address space
 * @param vmas of the address space, as they came
 * @param fs directories
 * @param fds descriptors, as they came
 */
record Task(
    Entry<PstreeEntry> row,
    List<Thread> threads,
    Optional<ObjectIds> ids,
    Optional<Entry<MmEntry>> mm,
    List<Entry<VmaEntry>> vmas,
    Optional<Entry<FsEntry>> fs,
    List<Entry<FdinfoEntry>> fds) {
  /** TASK_ALIVE and its like of CRIU. */
  static final int ALIVE = 1;

  static final int DEAD = 2;
  static final int STOPPED = 3;
  static final int ZOMBIE = 6;

  /** One thread and its image. */
  record Thread(int tid, Entry<CoreEntry> core) {}

  int pid() {
    return row.message().getPid();
  }

  Entry<CoreEntry> core() {
    return threads.getFirst().core();
  }

  int state() {
    return core().message().getTc().getTaskState();
  }

  boolean isDead() {
    return isDead(state());
  }

  static boolean isDead(int state) {
    return state == DEAD || state == ZOMBIE;
  }
}
