package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.linux.remote.CloneArgs;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.linux.tty.PtyContent;
import org.ckimg.restorer.plan.Step;
import org.ckimg.restorer.tree.LockHolders;
import org.ckimg.restorer.tree.Ptys;
import org.ckimg.restorer.tree.ThreadTables;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcPath;
import org.ckimg.spec.model.Terminal;

/** Opens what the program had open. */
final class FileSteps {
  private static final int F_SETFL = 4;
  private static final int F_SETLK = 6;
  private static final int F_OFD_SETLK = 37;
  private static final int F_SETSIG = 10;
  private static final int F_SETOWN_EX = 15;
  private static final int LOCK_SH = 1;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int FLOCK_BYTES = 32;
  private static final int O_ASYNC = 020000;

  /** What open(2) may be asked for again; nothing that creates or cuts a file. */
  static final int FLAGS =
      FileCalls.O_ACCMODE
          | FileCalls.O_APPEND
          | FileCalls.O_NONBLOCK
          | FileCalls.O_DIRECTORY
          | 04010000 // O_SYNC
          | 040000 // O_DIRECT
          | 0100000 // O_LARGEFILE
          | 01000000; // O_NOATIME

  private final Construction construction;
  private final Numbers numbers;
  private final Pipes pipes;

  FileSteps(Construction construction) {
    this.construction = construction;
    this.numbers = new Numbers(construction);
    this.pipes = new Pipes(construction);
  }

  void open(Step.OpenDescription step) throws IOException {
    OpenFile description = step.description();
    int fd = open(description);
    numbers.give(fd, step.fds());
    if (isClosedAfterwards(description)) {
      construction.call(Sys.CLOSE, fd);
    }
  }

  /** Opens a description under a number above all that the program has. */
  int open(OpenFile description) throws IOException {
    boolean onlyPath = (description.flags() & FileCalls.O_PATH) != 0;
    if (description.type() == FdType.PIPE || description.type() == FdType.FIFO && !onlyPath) {
      return pipes.end(description);
    }
    FileFacts file = construction.checkpoint().file(description.file().orElseThrow());
    Optional<ProcPath> kernels = construction.site().procFiles().path(file.id());
    if (kernels.isPresent()) {
      int fd = numbers.moveUp(openProc(kernels.get(), description.flags()));
      seek(fd, description.position().orElse(0), file.path());
      return fd;
    }
    boolean lost = !construction.inheritance().hasFile(file.id());
    int source = construction.source(file.id());
    if (onlyPath && !lost) {
      return source;
    }
    int status = lost ? FLAGS & ~FileCalls.O_DIRECTORY : FLAGS;
    int flags = description.flags() & (onlyPath ? FileCalls.O_PATH : status);
    int fd = numbers.moveUp(RemoteFiles.reopen(construction, source, flags, file.path()));
    if (description.position().isPresent()) {
      seek(fd, description.position().getAsLong(), file.path());
    }
    return fd;
  }

  /** Whatever else may be mounted there is not what was asked for. */
  private int openProc(ProcPath path, int flags) throws IOException {
    long name = construction.workbench().putString(path.own().getBytes(StandardCharsets.US_ASCII));
    int fd =
        (int)
            construction.check(
                "open",
                path.own(),
                Sys.OPENAT,
                FileCalls.AT_FDCWD,
                name,
                flags & FLAGS | FileCalls.O_CLOEXEC,
                0);
    int there =
        FileCalls.open(
            "/proc/%d/fd/%d".formatted(construction.pid(), fd),
            FileCalls.O_PATH | FileCalls.O_CLOEXEC);
    try {
      if (FileCalls.filesystem(there).type() != ProcPath.FILESYSTEM) {
        throw new IOException(path.own() + " is not on /proc");
      }
      return fd;
    } finally {
      FileCalls.close(there);
    }
  }

  /** The audited descriptors and the ends of pipes are needed again. */
  private static boolean isClosedAfterwards(OpenFile description) {
    boolean pipe = description.type() == FdType.PIPE || description.type() == FdType.FIFO;
    return !pipe && (description.flags() & FileCalls.O_PATH) == 0;
  }

  void share(Step.ShareDescription step) throws IOException {
    numbers.give(construction.site().sharedFds().get(step.description()), step.fds());
  }

  void receive(Step.ReceiveDescription step) throws IOException {
    Construction sender = construction.site().process(step.sender());
    int fd = construction.inheritance().mailbox().hand(sender, step.number(), construction);
    fd = numbers.moveUp(fd);
    numbers.give(fd, step.fds());
    construction.received().put(step.description(), fd);
  }

  void fill(Step.FillPipe step) throws IOException {
    pipes.fill(step.pipe());
  }

  private void seek(int fd, long position, Bytes path) throws IOException {
    long result = construction.call(Sys.LSEEK, fd, position, FileCalls.SEEK_SET);
    if (result == -Errno.ESPIPE) {
      // A device without a position says so; it had none before either.
      return;
    }
    if (result != position) {
      throw new SyscallException("lseek", Errno.EINVAL, path + " to " + position);
    }
  }

  void inherit(Step.InheritDescriptor step) throws IOException {
    numbers.give(construction.inheritance().callerFd(step.callerFd()), step.fds());
  }

  /** The tool sets it up and gives it to the program's user; only the leader can take it. */
  void takeTerminal(Step.TakeTerminal step) throws IOException {
    int terminal = construction.inheritance().terminal();
    if (step.modes().isPresent()) {
      Terminal modes = step.modes().get();
      int master = construction.inheritance().master();
      byte[] recorded = modes.modes().toArray();
      PtyContent typed = PtyPairs.content(construction.checkpoint(), modes);
      typed.give(master, terminal, recorded);
      typed.reprint(master, recorded);
      TerminalCalls.setWindow(terminal, new TerminalCalls.Window(modes.rows(), modes.columns()));
    }
    int uid = construction.image().leader().credentials().orElseThrow().ids().uid();
    if (construction.host().caller().mayChangeUser()) {
      FileCalls.changeOwner(terminal, uid);
    }
    own(terminal, "terminal");
  }

  private void own(int terminal, String name) throws IOException {
    construction.check("ioctl(TIOCSCTTY)", name, Sys.IOCTL, terminal, TerminalCalls.TIOCSCTTY, 0);
  }

  void takeSlave(Step.TakeSlave step) throws IOException {
    own(construction.inheritance().ptys().terminal(step.ttyNumber()), step.name());
  }

  void useTerminal(Step.UseTerminal step) throws IOException {
    numbers.give(construction.inheritance().terminal(), step.fds());
  }

  void usePty(Step.UsePty step) throws IOException {
    numbers.give(construction.inheritance().ptys().description(step.description()), step.fds());
  }

  /** Everything that is not the program's: what was inherited, and the tool's own 0, 1 and 2. */
  void closeOthers(Step.CloseOthers step) throws IOException {
    closeOthers(construction.tid(step.tid()), step.fds());
  }

  private void closeOthers(int tid, List<FdEntry> fds) throws IOException {
    int next = 0;
    for (FdEntry fd : fds) {
      closeRange(tid, next, fd.number() - 1L);
      next = fd.number() + 1;
    }
    closeRange(tid, next, 0xffffffffL);
  }

  private void closeRange(int tid, long first, long last) throws IOException {
    if (first <= last) {
      construction.check(tid, "close_range", first + "-" + last, Sys.CLOSE_RANGE, first, last, 0);
    }
  }

  /** The thread has a copy of all from here on, and keeps what it had. */
  void leaveTable(Step.LeaveTable step) throws IOException {
    int tid = construction.tid(step.thread().tid());
    construction.check(
        tid, "unshare", "descriptors of its own", Sys.UNSHARE, CloneArgs.CLONE_FILES);
    List<FdEntry> kept = new ArrayList<>();
    for (ThreadTables.Moved moved : step.thread().fds()) {
      FdEntry fd = moved.fd();
      int flags = fd.closeOnExec() ? FileCalls.O_CLOEXEC : 0;
      construction.check(tid, "dup3", fd.name(), Sys.DUP3, moved.lent(), fd.number(), flags);
      kept.add(fd);
    }
    closeOthers(tid, kept);
  }

  /** Locks are taken last: closing any descriptor of a file drops the POSIX locks on it. */
  void lock(Step.TakeLock step) throws IOException {
    FileLock lock = step.lock();
    int fd = descriptor(lock);
    String detail = construction.checkpoint().file(lock.file()).path() + ": lock";
    switch (lock.kind()) {
      case POSIX -> setLock(fd, F_SETLK, lock, detail);
      case OFD -> setLock(fd, F_OFD_SETLK, lock, detail);
      case FLOCK ->
          construction.check(
              "flock", detail, Sys.FLOCK, fd, (lock.exclusive() ? LOCK_EX : LOCK_SH) | LOCK_NB);
    }
  }

  private int descriptor(FileLock lock) throws IOException {
    return LockHolders.of(construction.checkpoint(), construction.image())
        .of(lock)
        .orElseThrow(() -> new IOException("no descriptor for a lock on file " + lock.file()))
        .number();
  }

  private void setLock(int fd, int command, FileLock lock, String detail) throws IOException {
    ByteBuffer flock = ByteBuffer.allocate(FLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    flock.putShort((short) (lock.exclusive() ? 1 : 0));
    flock.putLong(8, lock.start()).putLong(16, lock.length());
    construction.check(
        "fcntl", detail, Sys.FCNTL, fd, command, construction.workbench().put(flock.array()));
  }

  /**
   * Who gets SIGIO, and whether anybody does; the kernel remembers whose rights these calls were
   * made with.
   */
  void setOwners() throws IOException {
    Ptys ptys = Ptys.of(construction.checkpoint());
    for (FdEntry fd : construction.image().fds()) {
      OpenFile description = construction.checkpoint().description(fd.description());
      if (construction.inheritance().isCallers(description.id())) {
        continue;
      }
      if (description.owner().isPresent()) {
        setOwner(fd.number(), description.owner().get());
      }
      int signal = description.signal().orElse(0);
      if (signal != 0) {
        construction.check(
            "fcntl(F_SETSIG)", "fd " + fd.number(), Sys.FCNTL, fd.number(), F_SETSIG, signal);
      }
      boolean callers = description.type() == FdType.TTY && ptys.of(description.id()).isEmpty();
      if ((description.flags() & O_ASYNC) != 0 && !callers) {
        int flags = description.flags() & FLAGS | O_ASYNC;
        construction.check(
            "fcntl(O_ASYNC)", "fd " + fd.number(), Sys.FCNTL, fd.number(), F_SETFL, flags);
      }
    }
  }

  private void setOwner(int fd, OpenFile.Owner owner) throws IOException {
    boolean inside = Tree.of(construction.checkpoint()).hasOwner(owner.type(), owner.id());
    if (!inside) {
      return;
    }
    ByteBuffer value = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    value.putInt(owner.type()).putInt(construction.innerId(owner.id()));
    construction.check(
        "fcntl(F_SETOWN_EX)",
        "fd " + fd,
        Sys.FCNTL,
        fd,
        F_SETOWN_EX,
        construction.workbench().put(value.array()));
  }
}
