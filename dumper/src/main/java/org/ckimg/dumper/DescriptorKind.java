package org.ckimg.dumper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.linux.proc.FdEvents;
import org.ckimg.linux.proc.FdInfo;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.ProcPath;

/**
 * What a descriptor refers to.
 *
 * @param type for the model
 * @param supported true when it can be captured whole
 * @param text for a message
 */
record DescriptorKind(FdType type, boolean supported, String text) {
  /** How the kernel calls what memfd_create(2) makes. */
  static final String MEMORY_FILE = "/memfd:";

  private static final int S_IFIFO = 0010000;
  private static final int S_IFSOCK = 0140000;
  private static final long MEMORY_DEVICES = 1;
  private static final Set<Long> STATELESS_MINORS = Set.of(3L, 5L, 7L, 8L, 9L);
  private static final Set<Long> TTY_MAJORS = Set.of(4L, 5L);
  private static final long FIRST_PTY_SLAVE = 136;
  private static final long LAST_PTY_SLAVE = 143;

  /** Device number of /dev/ptmx. */
  static final long PTMX = 5L << 32 | 2;

  /** File systems whose files are objects of the kernel, {@code linux/magic.h}. */
  private static final Map<Long, String> KERNEL_FILESYSTEMS =
      Map.of(
          ProcPath.FILESYSTEM,
          "file of /proc",
          0x19800202L,
          "message queue",
          0xcafe4a11L,
          "BPF object",
          0x74726163L,
          "trace file",
          0x958458f6L,
          "file of huge pages",
          0x5345434dL,
          "secret memory");

  private static final Map<FdType, String> FAMILIES =
      Map.of(
          FdType.UNIX, "unix",
          FdType.INET, "internet",
          FdType.NETLINK, "netlink",
          FdType.PACKET, "packet");

  private static final Map<String, FdType> EVENTS =
      Map.of(
          "anon_inode:[eventfd]", FdType.EVENTFD,
          "anon_inode:[eventpoll]", FdType.EPOLL,
          "anon_inode:[signalfd]", FdType.SIGNALFD,
          "anon_inode:[timerfd]", FdType.TIMERFD,
          "anon_inode:inotify", FdType.INOTIFY);

  private static final String PIDFD = "anon_inode:[pidfd]";

  /** The pid that fdinfo has of a process that has ended and was waited for. */
  private static final int GONE = -1;

  static DescriptorKind unsupported(FdType type, String text) {
    return new DescriptorKind(type, false, text);
  }

  static DescriptorKind supported(FdType type) {
    return new DescriptorKind(type, true, "");
  }

  static DescriptorKind of(int pid, int fd, int pidfd, byte[] link, OtherHolders others)
      throws IOException {
    String text = DescriptorCollector.text(link);
    if (text.startsWith("pipe:")) {
      return unlessShared(FdType.PIPE, "pipe " + text.substring("pipe:".length()), text, others);
    }
    if (text.startsWith("socket:")) {
      return socket(pidfd, fd, text, others);
    }
    if (EVENTS.containsKey(text)) {
      FdType type = EVENTS.get(text);
      return others.share(pid, fd, text)
          ? unsupported(type, type.name().toLowerCase(Locale.ROOT) + " shared with another process")
          : supported(type);
    }
    if (text.equals(PIDFD)) {
      return reference(pid, fd, text, others);
    }
    if (!text.startsWith("/")) {
      return unsupported(FdType.OTHER, text);
    }
    return named(pid, fd, text, others);
  }

  /** What somebody outside has too would come back with nobody at its other end. */
  private static DescriptorKind unlessShared(
      FdType type, String name, String link, OtherHolders others) throws IOException {
    Optional<Integer> other = others.holder(link);
    return other.isEmpty()
        ? supported(type)
        : unsupported(
            type,
            "%s, which process %d (%s) has too".formatted(name, other.get(), comm(other.get())));
  }

  /** Name of a process for a message. */
  static String comm(int pid) throws IOException {
    try {
      return DescriptorCollector.text(Stat.read(pid).comm());
    } catch (SyscallException e) {
      return "which has just ended";
    }
  }

  /** What refers to a process comes back where that does. */
  private static DescriptorKind reference(int pid, int fd, String link, OtherHolders others)
      throws IOException {
    FdInfo info = FdInfo.read(pid, fd);
    int target = info.events().orElse(null) instanceof FdEvents.ProcessReference p ? p.pid() : 0;
    boolean thread = (info.flags() & EventCollector.PIDFD_THREAD) != 0;
    if (target != GONE && (target == 0 || others.isOutside(thread ? process(target) : target))) {
      return unsupported(
          FdType.PIDFD,
          "pidfd of %s %d, which is not in the tree"
              .formatted(thread ? "thread" : "process", target));
    }
    return others.share(pid, fd, link)
        ? unsupported(FdType.PIDFD, "pidfd shared with another process")
        : supported(FdType.PIDFD);
  }

  /** The process of a thread; nobody's when it has just ended. */
  private static int process(int tid) throws IOException {
    try {
      return Status.read(tid).tgid();
    } catch (SyscallException e) {
      return 0;
    }
  }

  private static DescriptorKind named(int pid, int fd, String text, OtherHolders others)
      throws IOException {
    int file = FileCalls.open("/proc/" + pid + "/fd/" + fd, FileCalls.O_PATH | FileCalls.O_CLOEXEC);
    try {
      FileStatus status = FileCalls.status(file);
      if (status.isCharacterDevice()) {
        return status.rdev() == PTMX ? master(pid, fd, text, others) : device(status.rdev(), text);
      }
      if (isTelling(pid, fd, text, FileCalls.filesystem(file).type())) {
        return supported(status.isDirectory() ? FdType.DIRECTORY : FdType.REGULAR);
      }
      String ofKernel = KERNEL_FILESYSTEMS.get(FileCalls.filesystem(file).type());
      if (ofKernel != null) {
        return unsupported(FdType.OTHER, ofKernel + " " + text);
      }
      if (status.isRegular()) {
        return text.startsWith(MEMORY_FILE)
            ? memory(text, status, others)
            : supported(FdType.REGULAR);
      }
      if (status.isDirectory()) {
        return status.links() == 0
            ? unsupported(FdType.DIRECTORY, "deleted directory " + text)
            : supported(FdType.DIRECTORY);
      }
      return switch (status.type()) {
        case S_IFIFO -> unlessShared(FdType.FIFO, "FIFO " + text, text, others);
        case S_IFSOCK -> unsupported(FdType.UNIX, "socket " + text);
        default -> unsupported(FdType.OTHER, "block device " + text);
      };
    } finally {
      FileCalls.close(file);
    }
  }

  /** A file of /proc that only tells something, of the machine or of the process itself. */
  private static boolean isTelling(int pid, int fd, String text, long filesystem)
      throws IOException {
    if (filesystem != ProcPath.FILESYSTEM) {
      return false;
    }
    Optional<ProcPath> path = ProcPath.of(Bytes.of(text.getBytes(StandardCharsets.ISO_8859_1)));
    int flags = FdInfo.read(pid, fd).flags() & (FileCalls.O_ACCMODE | FileCalls.O_PATH);
    int own = Status.read(pid).namespacePids().getLast();
    return flags == FileCalls.O_RDONLY && path.filter(p -> p.pid().orElse(own) == own).isPresent();
  }

  /** Many have this name; only who has the same inode shares it. */
  private static DescriptorKind memory(String text, FileStatus status, OtherHolders others)
      throws IOException {
    Optional<Integer> other = others.holder(text, status);
    return other.isPresent()
        ? unsupported(
            FdType.MEMFD,
            "memory file %s, which process %d (%s) has too"
                .formatted(text, other.get(), comm(other.get())))
        : supported(FdType.MEMFD);
  }

  private static DescriptorKind master(int pid, int fd, String text, OtherHolders others)
      throws IOException {
    Optional<Integer> other = others.sharer(pid, fd, text);
    return other.isPresent()
        ? unsupported(
            FdType.TTY,
            "master of a pseudo terminal, which process %d (%s) has too"
                .formatted(other.get(), comm(other.get())))
        : supported(FdType.TTY);
  }

  private static DescriptorKind device(long rdev, String text) {
    long major = rdev >>> 32;
    if (major == MEMORY_DEVICES && STATELESS_MINORS.contains(rdev & 0xffffffffL)) {
      return supported(FdType.CHARACTER);
    }
    boolean slave = major >= FIRST_PTY_SLAVE && major <= LAST_PTY_SLAVE;
    if (slave || TTY_MAJORS.contains(major)) {
      return supported(FdType.TTY);
    }
    return unsupported(FdType.CHARACTER, "device " + text);
  }

  private static DescriptorKind socket(int pidfd, int fd, String link, OtherHolders others)
      throws IOException {
    int copy = ProcessCalls.getFd(pidfd, fd);
    SocketKind.Numbers numbers;
    Optional<String> hook;
    try {
      numbers = SocketKind.Numbers.of(copy);
      hook =
          numbers.kind().isPresent()
              ? SocketOptions.hook(copy, numbers.kind().get(), numbers.family())
              : Optional.empty();
    } finally {
      // Not even we may have it when others are looked for.
      FileCalls.close(copy);
    }
    FdType type = FdType.ofSocket(numbers.family());
    String name = type == FdType.OTHER ? "socket" : FAMILIES.get(type) + " socket";
    if (hook.isPresent()) {
      return unsupported(type, name + " with " + hook.get());
    }
    if (numbers.kind().isEmpty()) {
      return unsupported(
          type,
          "%s of family %d, type %d, protocol %d"
              .formatted(name, numbers.family(), numbers.type(), numbers.protocol()));
    }
    return unlessShared(type, name, link, others);
  }
}
