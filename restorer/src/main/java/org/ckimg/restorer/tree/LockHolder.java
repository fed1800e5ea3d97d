package org.ckimg.restorer.tree;

import java.util.Optional;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;

/** The descriptor that a lock can be taken through again. */
public final class LockHolder {
  private static final int O_ACCMODE = 3;
  private static final int O_RDONLY = 0;
  private static final int O_WRONLY = 1;
  private static final int O_PATH = 010000000;

  private LockHolder() {}

  /** The first descriptor of the process that owns the lock and has the access that it takes. */
  public static Optional<FdEntry> of(Checkpoint checkpoint, ProcessState process, FileLock lock) {
    return process.fds().stream()
        .filter(fd -> fd.isOfProcess() || lock.kind() != FileLock.Kind.POSIX)
        .filter(fd -> owns(checkpoint.description(fd.description()), lock))
        .findFirst();
  }

  private static boolean owns(OpenFile open, FileLock lock) {
    boolean same =
        lock.description().isPresent()
            ? lock.description().getAsInt() == open.id()
            : open.file().orElse(0) == lock.file();
    return same && open.file().orElse(0) == lock.file() && mayLock(open.flags(), lock);
  }

  /** fcntl(2) wants a lock's own access, flock(2) any. */
  private static boolean mayLock(int flags, FileLock lock) {
    int access = flags & O_ACCMODE;
    boolean enough =
        lock.kind() == FileLock.Kind.FLOCK
            || (lock.exclusive() ? access != O_RDONLY : access != O_WRONLY);
    return enough && (flags & O_PATH) == 0;
  }
}
