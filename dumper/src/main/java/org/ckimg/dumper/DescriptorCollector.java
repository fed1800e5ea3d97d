package org.ckimg.dumper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
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

/**
 * File descriptors of all processes of a tree, the descriptions behind them, which they may share,
 * and the locks on their files.
 */
final class DescriptorCollector {
  private static final int F_GETSIG = 11;
  private static final int ATTEMPTS = 10;
  private static final Set<FdType> SOCKETS = EnumSet.of(FdType.UNIX, FdType.INET);
  private static final int F_GET_SEALS = 1034;

  private final FileTable files;
  private final OtherHolders others;
  private final NotifyCollector notify;
  private final List<OpenFile> descriptions = new ArrayList<>();
  private final Map<Alike, List<Seen>> seen = new HashMap<>();
  private final WatchCollector watches = new WatchCollector();
  private final TerminalCollector terminals = new TerminalCollector();
  private List<TerminalCollector.Found> terminalsRead = List.of();
  private final PipeCollector pipes = new PipeCollector();
  private final SocketCollector sockets = new SocketCollector();
  private final LockCollector locks = new LockCollector();
  private List<PipeCollector.Pipe> pipesRead = List.of();
  private final HeldConnections connections = new HeldConnections();
  private List<SocketCollector.Found> socketsRead = List.of();
  private final List<String> lost = new ArrayList<>();

  /** What one process holds. */
  record Held(List<FdEntry> fds, List<FileLock> locks) {
    /** Of a process whose descriptors are recorded with another one. */
    static final Held NOTHING = new Held(List.of(), List.of());

    /** With those of a thread that has its own; what a POSIX lock belongs to is a table. */
    Held and(int tid, Held ofThread, Refusals refusals) {
      List<FdEntry> all = new ArrayList<>(fds);
      for (FdEntry fd : ofThread.fds) {
        all.add(new FdEntry(fd.number(), fd.description(), fd.closeOnExec(), OptionalInt.of(tid)));
      }
      List<FileLock> both = new ArrayList<>(locks);
      for (FileLock lock : ofThread.locks) {
        if (lock.kind() == FileLock.Kind.POSIX) {
          refusals.add("thread " + tid, "POSIX lock with descriptors of its own");
        } else {
          both.add(lock);
        }
      }
      both.sort(LockCollector.ORDER);
      return new Held(all, both);
    }
  }

  /** Only descriptions that are alike can be one. */
  private record Alike(int file, int flags, long position) {}

  /** A description by one of its descriptors. */
  record Seen(int pid, int fd, int description) {}

  DescriptorCollector(FileTable files, OtherHolders others, NotifyCollector notify) {
    this.files = files;
    this.others = others;
    this.notify = notify;
  }

  /**
   * Collects; a process that does not stand still may close a descriptor meanwhile.
   *
   * @param pid of a process, or the tid of a thread that has its own table
   */
  Held collect(int pid, Refusals refusals) throws IOException {
    OfProcess process = new OfProcess(pid, refusals);
    try {
      for (int fd : Fds.list(pid)) {
        process.collectIfOpen(fd);
      }
    } finally {
      FileCalls.close(process.pidfd);
    }
    return new Held(List.copyOf(process.fds.values()), process.held.found());
  }

  /** What can be read only when every descriptor is known: targets of epoll, what is in flight. */
  void finish(DumpOptions options, Refusals refusals) throws IOException {
    List<Seen> all = seen.values().stream().flatMap(List::stream).toList();
    watches.read(new WatchTargets(all), refusals).forEach(this::setState);
    pipesRead = pipes.read(refusals);
    terminalsRead = terminals.read(files, options.terminal(), others, refusals);
    socketsRead = sockets.read(files, options.tcp(), connections);
  }

  /** Does before the stop, with something else, what is done in it for the first time. */
  void rehearse() {
    terminals.rehearse();
  }

  /** Goes through the descriptors of one process. */
  private final class OfProcess {
    private final int pid;
    private final int pidfd;
    private final Refusals refusals;
    private final EventCollector events;
    private final Map<Integer, FdEntry> fds = new LinkedHashMap<>();
    private final LockCollector.OfProcess held = locks.new OfProcess();

    OfProcess(int pid, Refusals refusals) throws IOException {
      this.pid = pid;
      this.pidfd = ProcessCalls.openThreadPidfd(pid);
      this.refusals = refusals;
      this.events = new EventCollector(pid, pidfd);
    }

    /** A number may be closed and be another file's a moment later: then it is looked at again. */
    void collectIfOpen(int fd) throws IOException {
      for (int left = ATTEMPTS; left > 0; left--) {
        try {
          collect(fd);
          return;
        } catch (SyscallException e) {
          if (!Fds.list(pid).contains(fd)) {
            return;
          }
          if (left == 1) {
            throw e;
          }
        }
      }
    }

    private void collect(int fd) throws IOException {
      byte[] link = Fds.link(pid, fd);
      FdInfo info = FdInfo.read(pid, fd);
      int flags = info.flags() & ~FileCalls.O_CLOEXEC;
      DescriptorKind kind = DescriptorKind.of(pid, fd, pidfd, link, others);
      FileFacts file =
          link[0] == '/' ? files.add("/proc/" + pid + "/fd/" + fd, link) : files.addNameless(link);
      if (!kind.supported()) {
        refusals.add("fd " + fd, kind.text());
      }
      int description = description(fd, kind, file, flags, info.position());
      if (isSlave(description, flags)) {
        terminals.add(pid, pidfd, fd, file);
      }
      boolean closeOnExec = (info.flags() & FileCalls.O_CLOEXEC) != 0;
      fds.put(fd, new FdEntry(fd, description, closeOnExec));
      for (FdInfo.Lock lock : info.locks()) {
        held.add(fd, lock, file.id(), description, refusals);
      }
    }

    private boolean isSlave(int description, int flags) {
      OpenFile open = descriptions.get(description - 1);
      return open.type() == FdType.TTY && open.state().isEmpty() && (flags & FileCalls.O_PATH) == 0;
    }

    /** kcmp(2) tells whether two that look alike are one. */
    private int description(int fd, DescriptorKind kind, FileFacts file, int flags, long position)
        throws IOException {
      List<Seen> alike =
          seen.computeIfAbsent(new Alike(file.id(), flags, position), k -> new ArrayList<>());
      for (Seen other : alike) {
        if (isSame(fd, other)) {
          return other.description();
        }
      }
      int id = descriptions.size() + 1;
      alike.add(new Seen(pid, fd, id));
      descriptions.add(open(id, fd, kind, file, flags, position));
      if (kind.supported() && kind.type() == FdType.EPOLL) {
        watches.add(new WatchCollector.Instance(pid, fd, id, fds));
      }
      if (kind.supported() && kind.type() == FdType.MEMFD && (flags & FileCalls.O_PATH) == 0) {
        files.setSeals(file.id(), control(fd, F_GET_SEALS));
      }
      boolean pipe = kind.type() == FdType.PIPE || kind.type() == FdType.FIFO;
      if (kind.supported() && pipe && (flags & FileCalls.O_PATH) == 0) {
        pipes.add(file.id(), pid, fd, flags);
      }
      if (kind.supported() && SOCKETS.contains(kind.type())) {
        sockets.add(id, pid, fd, file.path().toString(), refusals);
      }
      return id;
    }

    /** A process that runs may have closed the other one. */
    private boolean isSame(int fd, Seen other) throws SyscallException {
      try {
        return ProcessCalls.compare(pid, other.pid(), ProcessCalls.KCMP_FILE, fd, other.fd()) == 0;
      } catch (SyscallException e) {
        if (other.pid() == pid) {
          throw e;
        }
        return false;
      }
    }

    private OpenFile open(
        int id, int fd, DescriptorKind kind, FileFacts file, int flags, long position)
        throws IOException {
      boolean onlyPath = (flags & FileCalls.O_PATH) != 0;
      boolean hasPosition =
          !onlyPath
              && switch (kind.type()) {
                case REGULAR, DIRECTORY, MEMFD -> true;
                default -> false;
              };
      return new OpenFile(
          id,
          kind.type(),
          OptionalInt.of(file.id()),
          flags,
          hasPosition ? OptionalLong.of(position) : OptionalLong.empty(),
          onlyPath ? Optional.empty() : Owners.read(pidfd, fd),
          onlyPath ? OptionalInt.empty() : OptionalInt.of(control(fd, F_GETSIG)),
          state(fd, kind, file, onlyPath),
          kind.supported());
    }

    private Optional<FdState> state(int fd, DescriptorKind kind, FileFacts file, boolean onlyPath)
        throws IOException {
      return switch (kind.type()) {
        case INOTIFY -> Optional.of(watches(fd));
        case TTY ->
            !onlyPath && file.status().rdev().orElse(0) == DescriptorKind.PTMX
                ? Optional.of(terminals.addMaster(pid, pidfd, fd))
                : Optional.empty();
        default -> event(fd, kind.type());
      };
    }

    private Optional<FdState> event(int fd, FdType type) throws IOException {
      Optional<FdState> state = events.read(fd, type);
      if (state.orElse(null) instanceof FdState.ProcessReference gone && gone.pid().isEmpty()) {
        lost.add("fd %d: how the process that it refers to has ended is not saved".formatted(fd));
      }
      return state;
    }

    private FdState watches(int fd) throws IOException {
      NotifyCollector.unread(pidfd, fd).ifPresent(lost::add);
      return notify.read(pid, fd, files, refusals);
    }

    /** What fcntl(2) says of a description. */
    private int control(int fd, int command) throws IOException {
      int copy = ProcessCalls.getFd(pidfd, fd);
      try {
        return (int) FileCalls.fcntl(copy, command, 0);
      } finally {
        FileCalls.close(copy);
      }
    }
  }

  /** True when a descriptor leads to a file. */
  boolean isOpen(FdEntry fd, int file) {
    return descriptions.get(fd.description() - 1).file().orElse(0) == file;
  }

  List<OpenFile> descriptions() {
    return descriptions;
  }

  /** By file. */
  List<TerminalCollector.Found> terminals() {
    return terminalsRead;
  }

  /** By file. */
  List<PipeCollector.Pipe> pipes() {
    return pipesRead;
  }

  /** By description. */
  List<SocketCollector.Found> sockets() {
    return socketsRead;
  }

  /** What is lost, and the program can do without. */
  List<String> notes() {
    return Stream.of(terminals.notes(), sockets.notes(), lost).flatMap(List::stream).toList();
  }

  /** Sockets of TCP, until somebody closes them. */
  HeldConnections connections() {
    return connections;
  }

  /** Says what a description holds. */
  void setState(int description, FdState state) {
    descriptions.set(description - 1, descriptions.get(description - 1).withState(state));
  }

  static String text(byte[] link) {
    return new String(link, StandardCharsets.ISO_8859_1);
  }
}
