package org.ckimg.dumper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.ckimg.linux.proc.FdInfo;
import org.ckimg.linux.proc.Fds;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.Terminal;

/** File descriptors, the descriptions behind them, and the locks on their files. */
final class DescriptorCollector {
  private static final int F_GETSIG = 11;

  private final int pid;
  private final FileTable files;
  private final Refusals refusals;
  private final List<FdEntry> fds = new ArrayList<>();
  private final List<OpenFile> descriptions = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();
  private final OtherHolders others;
  private final TerminalCollector terminals = new TerminalCollector();
  private final List<FileLock> locks = new ArrayList<>();
  private final Set<FileLock> knownLocks = new HashSet<>();

  /** A description by one of its descriptors. */
  private record Seen(int fd, int description, int file, int flags, long position) {}

  DescriptorCollector(int pid, FileTable files, Refusals refusals) {
    this.pid = pid;
    this.files = files;
    this.refusals = refusals;
    this.others = new OtherHolders(pid);
  }

  /** Collects; a process that does not stand still may close a descriptor meanwhile. */
  void run() throws IOException {
    int pidfd = ProcessCalls.openPidfd(pid);
    try {
      EventCollector events = new EventCollector(pid, pidfd);
      for (int fd : Fds.list(pid)) {
        try {
          collect(fd, pidfd, events);
        } catch (SyscallException e) {
          if (Fds.list(pid).contains(fd)) {
            throw e;
          }
        }
      }
      addWatches(events);
    } finally {
      FileCalls.close(pidfd);
    }
    locks.sort(
        java.util.Comparator.comparingInt(FileLock::file)
            .thenComparing(FileLock::kind)
            .thenComparingInt(lock -> lock.description().orElse(0))
            .thenComparingLong(FileLock::start));
  }

  private void collect(int fd, int pidfd, EventCollector events) throws IOException {
    byte[] link = Fds.link(pid, fd);
    FdInfo info = FdInfo.read(pid, fd);
    int flags = info.flags() & ~FileCalls.O_CLOEXEC;
    DescriptorKind kind = DescriptorKind.of(pid, fd, pidfd, link, others);
    FileFacts file =
        link[0] == '/' ? files.add("/proc/" + pid + "/fd/" + fd, link) : files.addNameless(link);
    if (!kind.supported()) {
      refusals.add("fd " + fd, kind.text());
    }
    int description = description(fd, pidfd, events, kind, file, flags, info.position());
    if (kind.type() == FdType.TTY && (flags & FileCalls.O_PATH) == 0) {
      terminals.add(pidfd, fd, file.id());
    }
    fds.add(new FdEntry(fd, description, (info.flags() & FileCalls.O_CLOEXEC) != 0));
    for (FdInfo.Lock lock : info.locks()) {
      addLock(fd, lock, file, description);
    }
  }

  /** Only descriptions that look alike can be one; kcmp(2) tells. */
  private int description(
      int fd,
      int pidfd,
      EventCollector events,
      DescriptorKind kind,
      FileFacts file,
      int flags,
      long position)
      throws IOException {
    for (Seen other : seen) {
      boolean alike =
          other.file() == file.id() && other.flags() == flags && other.position() == position;
      if (alike && ProcessCalls.compare(pid, pid, ProcessCalls.KCMP_FILE, fd, other.fd()) == 0) {
        return other.description();
      }
    }
    int id = descriptions.size() + 1;
    seen.add(new Seen(fd, id, file.id(), flags, position));
    boolean onlyPath = (flags & FileCalls.O_PATH) != 0;
    boolean hasPosition =
        !onlyPath && (kind.type() == FdType.REGULAR || kind.type() == FdType.DIRECTORY);
    descriptions.add(
        new OpenFile(
            id,
            kind.type(),
            OptionalInt.of(file.id()),
            flags,
            hasPosition ? OptionalLong.of(position) : OptionalLong.empty(),
            onlyPath ? Optional.empty() : Owners.read(pidfd, fd),
            onlyPath ? OptionalInt.empty() : signal(pidfd, fd),
            events.read(fd, kind.type()),
            kind.supported()));
    return id;
  }

  private void addWatches(EventCollector events) throws IOException {
    WatchTargets targets = new WatchTargets(pid, fds);
    for (Seen instance : seen) {
      OpenFile open = descriptions.get(instance.description() - 1);
      if (open.type() == FdType.EPOLL) {
        FdState.WatchList list = events.watches(instance.fd(), targets);
        for (FdState.Watch watch : list.watches()) {
          if (watch.target().isEmpty()) {
            refusals.add(
                "fd " + instance.fd(),
                "epoll that watches what was fd %d and is open elsewhere"
                    .formatted(watch.number()));
          }
        }
        descriptions.set(open.id() - 1, open.withState(list));
      }
    }
  }

  private static OptionalInt signal(int pidfd, int fd) throws IOException {
    int copy = ProcessCalls.getFd(pidfd, fd);
    try {
      return OptionalInt.of((int) FileCalls.fcntl(copy, F_GETSIG, 0));
    } finally {
      FileCalls.close(copy);
    }
  }

  /** A POSIX lock is shown on every descriptor of the file, any other on each of its copies. */
  private void addLock(int fd, FdInfo.Lock lock, FileFacts file, int description) {
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
    FileLock found =
        new FileLock(
            kind.get(),
            file.id(),
            ofProcess ? OptionalInt.empty() : OptionalInt.of(description),
            lock.exclusive(),
            lock.start(),
            lock.end() < 0 ? 0 : lock.end() - lock.start() + 1);
    if (knownLocks.add(found)) {
      locks.add(found);
    }
  }

  List<FdEntry> fds() {
    return fds;
  }

  List<OpenFile> descriptions() {
    return descriptions;
  }

  List<Terminal> terminals() {
    return terminals.terminals();
  }

  List<FileLock> locks() {
    return locks;
  }

  static String text(byte[] link) {
    return new String(link, StandardCharsets.ISO_8859_1);
  }
}
