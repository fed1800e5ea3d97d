package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.interop.criu.proto.LockEntry;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.OpenFile;

/** File locks, by the task that holds them. */
final class LockDecoder {
  private static final int WRITE = 1;
  private static final Map<Integer, FileLock.Kind> KINDS =
      Map.of(1, FileLock.Kind.POSIX, 2, FileLock.Kind.FLOCK, 4, FileLock.Kind.OFD);

  private final Map<Integer, Map<Integer, FdEntry>> fds = new HashMap<>();
  private final Map<Integer, List<FileLock>> locks = new HashMap<>();
  private final List<Entry<LockEntry>> others = new ArrayList<>();

  /** Reads the locks of the tasks. */
  void read(ImageSet set, List<Task> tasks, Holders holders, List<OpenFile> descriptions)
      throws IOException {
    for (Task task : tasks) {
      Map<Integer, FdEntry> table = new HashMap<>();
      holders.fds(task.pid()).forEach(fd -> table.put(fd.number(), fd));
      fds.put(task.pid(), table);
    }
    for (Entry<LockEntry> entry :
        set.all("filelocks.img", ImageKind.FILELOCKS, LockEntry.parser())) {
      Optional<FileLock.Kind> kind = Optional.ofNullable(KINDS.get(entry.message().getFlag()));
      if (kind.isEmpty() || entry.message().getType() > WRITE) {
        others.add(entry);
      } else {
        add(entry, kind.get(), descriptions);
      }
    }
    locks.values().forEach(LockDecoder::sort);
  }

  private void add(Entry<LockEntry> entry, FileLock.Kind kind, List<OpenFile> descriptions)
      throws MalformedImageException {
    LockEntry lock = entry.message();
    FdEntry fd = fds.getOrDefault(lock.getPid(), Map.of()).get(lock.getFd());
    if (fd == null) {
      throw entry.malformed(
          CriuRule.REFERENCE, "task %d has no fd %d".formatted(lock.getPid(), lock.getFd()));
    }
    entry.check(
        lock.getStart() >= 0 && lock.getLen() >= 0,
        "a lock of %d bytes from %d".formatted(lock.getLen(), lock.getStart()));
    OptionalInt file = descriptions.get(fd.description() - 1).file();
    if (file.isEmpty()) {
      throw entry.malformed(CriuRule.REFERENCE, "fd %d is no file".formatted(lock.getFd()));
    }
    locks
        .computeIfAbsent(lock.getPid(), pid -> new ArrayList<>())
        .add(
            new FileLock(
                kind,
                file.getAsInt(),
                kind == FileLock.Kind.POSIX
                    ? OptionalInt.empty()
                    : OptionalInt.of(fd.description()),
                lock.getType() == WRITE,
                lock.getStart(),
                lock.getLen()));
  }

  private static void sort(List<FileLock> locks) {
    locks.sort(
        Comparator.comparingInt(FileLock::file)
            .thenComparing(FileLock::kind)
            .thenComparingInt(lock -> lock.description().orElse(0))
            .thenComparingLong(FileLock::start));
  }

  List<FileLock> of(int pid) {
    return locks.getOrDefault(pid, List.of());
  }

  /** Leases, and locks of kinds that are not known. */
  List<Entry<LockEntry>> others() {
    return others;
  }
}
