package org.ckimg.interop.criu.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.criu.proto.LockEntry;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.ProcessState;

/** File locks; CRIU names each by a descriptor of the process that holds it. */
final class LockEncoder {
  private static final int POSIX = 1;
  private static final int FLOCK = 2;
  private static final int OFD = 4;

  private LockEncoder() {}

  static List<LockEntry> encode(Checkpoint checkpoint) {
    List<LockEntry> locks = new ArrayList<>();
    for (ProcessState process : checkpoint.processes()) {
      for (FileLock lock : process.locks()) {
        locks.add(
            LockEntry.newBuilder()
                .setFlag(flag(lock.kind()))
                .setType(lock.exclusive() ? 1 : 0)
                .setPid(process.pid())
                .setFd(descriptor(checkpoint, process, lock).orElseThrow().number())
                .setStart(lock.start())
                .setLen(lock.length())
                .build());
      }
    }
    return locks;
  }

  private static int flag(FileLock.Kind kind) {
    return switch (kind) {
      case POSIX -> POSIX;
      case FLOCK -> FLOCK;
      case OFD -> OFD;
    };
  }

  /** One that leads to what holds the lock. */
  static Optional<FdEntry> descriptor(Checkpoint checkpoint, ProcessState process, FileLock lock) {
    return process.fds().stream()
        .filter(fd ->
            lock.description().isPresent()
                ? fd.description() == lock.description().getAsInt()
                : checkpoint.description(fd.description()).file().orElse(0) == lock.file())
        .findFirst();
  }
}
