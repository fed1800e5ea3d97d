package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.linux.proc.FdInfo;
import org.ckimg.spec.model.FileLock;

/**
 * Locks on files. A POSIX lock is shown on every descriptor of the file, any other on each of its
 * copies, in whatever process.
 */
final class LockCollector {
  /** The order of the image. */
  static final Comparator<FileLock> ORDER =
      Comparator.comparingInt(FileLock::file)
          .thenComparing(FileLock::kind)
          .thenComparingInt(lock -> lock.description().orElse(0))
          .thenComparingLong(FileLock::start);

  private final Set<FileLock> shared = new HashSet<>();

  /** Those that are first seen in one process. */
  final class OfProcess {
    private final Set<FileLock> own = new HashSet<>();
    private final List<FileLock> found = new ArrayList<>();

    /** Notes a lock that a descriptor shows. */
    void add(int fd, FdInfo.Lock lock, int file, int description, Refusals refusals) {
      Optional<FileLock.Kind> kind =
          switch (lock.kind()) {
            case POSIX -> Optional.of(FileLock.Kind.POSIX);
            case OFD -> Optional.of(FileLock.Kind.OFD);
            case FLOCK -> Optional.of(FileLock.Kind.FLOCK);
            case LEASE -> Optional.empty();
          };
      if (kind.isEmpty()) {
        refusals.add("fd " + fd, "file lease");
        return;
      }
      boolean ofProcess = kind.get() == FileLock.Kind.POSIX;
      FileLock known =
          new FileLock(
              kind.get(),
              file,
              ofProcess ? OptionalInt.empty() : OptionalInt.of(description),
              lock.exclusive(),
              lock.start(),
              lock.end() < 0 ? 0 : lock.end() - lock.start() + 1);
      if ((ofProcess ? own : shared).add(known)) {
        found.add(known);
      }
    }

    /** In the order of the image. */
    List<FileLock> found() {
      return found.stream().sorted(ORDER).toList();
    }
  }
}
