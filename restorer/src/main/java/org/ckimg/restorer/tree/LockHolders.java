package org.ckimg.restorer.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;

/** The descriptors of a process that its locks can be taken through again. */
public final class LockHolders {
  private final Checkpoint checkpoint;
  private final Map<Integer, List<FdEntry>> byFile = new HashMap<>();
  private final Map<Integer, List<FdEntry>> byDescription = new HashMap<>();
  private final Map<Need, Optional<FdEntry>> found = new HashMap<>();

  private LockHolders(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /** What a lock wants of a descriptor, whatever its range. */
  private record Need(int file, OptionalInt description, FileLock.Kind kind, boolean exclusive) {
    static Need of(FileLock lock) {
      return new Need(lock.file(), lock.description(), lock.kind(), lock.exclusive());
    }

    /** fcntl(2) wants a lock's own access and the process's own table, flock(2) any. */
    boolean isMetBy(FdEntry fd, OpenFile open) {
      int access = open.flags() & FileCalls.O_ACCMODE;
      boolean enough =
          kind == FileLock.Kind.FLOCK
              || (exclusive ? access != FileCalls.O_RDONLY : access != FileCalls.O_WRONLY);
      boolean inReach = fd.isOfProcess() || kind != FileLock.Kind.POSIX;
      boolean same = open.file().orElse(0) == file;
      return same && inReach && enough && (open.flags() & FileCalls.O_PATH) == 0;
    }
  }

  /** Of a process of an image. */
  public static LockHolders of(Checkpoint checkpoint, ProcessState process) {
    LockHolders holders = new LockHolders(checkpoint);
    for (FdEntry fd : process.fds()) {
      int file = checkpoint.description(fd.description()).file().orElse(0);
      holders.byFile.computeIfAbsent(file, id -> new ArrayList<>()).add(fd);
      holders.byDescription.computeIfAbsent(fd.description(), id -> new ArrayList<>()).add(fd);
    }
    return holders;
  }

  /** The first descriptor that owns the lock and has the access that it takes. */
  public Optional<FdEntry> of(FileLock lock) {
    return found.computeIfAbsent(Need.of(lock), this::find);
  }

  private Optional<FdEntry> find(Need need) {
    List<FdEntry> own =
        need.description().isPresent()
            ? byDescription.get(need.description().getAsInt())
            : byFile.get(need.file());
    return own == null
        ? Optional.empty()
        : own.stream()
            .filter(fd -> need.isMetBy(fd, checkpoint.description(fd.description())))
            .findFirst();
  }
}
