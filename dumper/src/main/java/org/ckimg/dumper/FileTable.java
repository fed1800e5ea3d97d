package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.linux.proc.BuildId;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.proc.Segment;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;

/** The files that something of the process refers to, each once. */
final class FileTable {
  private static final String DELETED = " (deleted)";
  private static final long NOWHERE = 0;
  private static final int F_GET_SEALS = 1034;
  private static final long NANOS = 1_000_000_000;

  private final List<FileFacts> files = new ArrayList<>();
  private final Map<Key, Integer> ids = new HashMap<>();

  /** Of a file that no path leads to, a mapping may show another device than its descriptors. */
  private record Key(Bytes path, long device, long inode) {}

  /**
   * The file behind a link of /proc, and what the kernel knows of it now.
   *
   * @param link path of the link, such as {@code /proc/1/fd/3}
   * @param shown what the link shows
   */
  FileFacts add(String link, byte[] shown) throws IOException {
    int fd = FileCalls.open(link, FileCalls.O_PATH | FileCalls.O_CLOEXEC);
    try {
      return add(fd, Bytes.of(shown), false);
    } finally {
      FileCalls.close(fd);
    }
  }

  /** The mapped file at a path. */
  FileFacts addPath(byte[] path) throws IOException {
    int fd = FileCalls.open(path, FileCalls.O_PATH | FileCalls.O_CLOEXEC, 0);
    try {
      FileFacts facts = add(fd, Bytes.of(path), false);
      return FileCalls.status(fd).isRegular() ? setBuildId(facts, "/proc/self/fd/" + fd) : facts;
    } finally {
      FileCalls.close(fd);
    }
  }

  /** A file at a path that has just been found; it may be gone when the program does not stand. */
  FileFacts addWatched(byte[] path) throws IOException {
    int fd = FileCalls.open(path, FileCalls.O_PATH | FileCalls.O_CLOEXEC, 0);
    try {
      return add(fd, Bytes.of(path), false);
    } finally {
      FileCalls.close(fd);
    }
  }

  /** Says which build a mapped file is, where it is a program that the caller may read. */
  private FileFacts setBuildId(FileFacts facts, String link) throws IOException {
    int fd;
    try {
      fd = FileCalls.open(link, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC);
    } catch (SyscallException e) {
      return facts;
    }
    try {
      Optional<byte[]> id = BuildId.read(fd);
      return id.isPresent() ? put(facts.withBuildId(Bytes.of(id.get()))) : facts;
    } finally {
      FileCalls.close(fd);
    }
  }

  /**
   * A mapped file that no path leads to. Without CAP_CHECKPOINT_RESTORE it cannot be opened by its
   * mapping: then its status is absent until a descriptor of it is found.
   */
  FileFacts addLost(int pid, Mapping mapping) throws IOException {
    Bytes shown = Bytes.of(mapping.path());
    int fd;
    try {
      fd = FileCalls.open(linkOf(pid, mapping), FileCalls.O_RDONLY | FileCalls.O_CLOEXEC);
    } catch (SyscallException e) {
      Key key = new Key(withoutMark(shown), NOWHERE, mapping.inode());
      return bare(key, Optional.of(new FileFacts.Inode(mapping.device(), mapping.inode())), true);
    }
    try {
      FileFacts facts = add(fd, shown, true);
      return facts.path().startsWith(DescriptorKind.MEMORY_FILE)
          ? setSeals(facts.id(), (int) FileCalls.fcntl(fd, F_GET_SEALS, 0))
          : setBuildId(facts, "/proc/self/fd/" + fd);
    } finally {
      FileCalls.close(fd);
    }
  }

  /** True when the kernel says that no path leads to a mapped file. */
  static boolean isMarked(Mapping mapping) {
    return Bytes.of(mapping.path()).endsWith(DELETED);
  }

  /** A segment of System V shared memory: its id is its inode, and it has an owner and a mode. */
  FileFacts addSegment(Mapping mapping, Segment segment) {
    Key key = new Key(withoutMark(Bytes.of(mapping.path())), NOWHERE, mapping.inode());
    FileFacts facts =
        bare(key, Optional.of(new FileFacts.Inode(mapping.device(), mapping.inode())), true);
    FileFacts.Status status =
        new FileFacts.Status(
            OptionalInt.of(segment.mode()),
            OptionalInt.empty(),
            Optional.of(new FileFacts.Owner(segment.uid(), segment.gid())),
            OptionalLong.of(segment.bytes()),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.of(segment.changedSeconds() * NANOS),
            OptionalLong.empty());
    return change(facts, status, facts.seals(), facts.content());
  }

  /** A link that leads to the mapped file itself. */
  static String linkOf(int pid, Mapping mapping) {
    return "/proc/%d/map_files/%x-%x".formatted(pid, mapping.start(), mapping.end());
  }

  private static Bytes withoutMark(Bytes shown) {
    return shown.endsWith(DELETED) ? shown.slice(0, shown.length() - DELETED.length()) : shown;
  }

  private FileFacts add(int fd, Bytes shown, boolean lost) throws IOException {
    FileStatus status = FileCalls.status(fd);
    boolean deleted = lost || shown.endsWith(DELETED) && !isAt(shown, status);
    Bytes path = deleted ? withoutMark(shown) : shown;
    Key key = new Key(path, deleted ? NOWHERE : status.device(), status.inode());
    int id = ids.computeIfAbsent(key, k -> files.size() + 1);
    FileFacts facts = facts(id, fd, path, status, deleted);
    if (id > files.size()) {
      files.add(facts);
      return facts;
    }
    FileFacts known = get(id);
    FileFacts changed = change(facts, facts.status(), known.seals(), known.content());
    return known.buildId().map(build -> put(changed.withBuildId(build))).orElse(changed);
  }

  /** A live file may be called so: then its path leads to it. */
  private static boolean isAt(Bytes path, FileStatus wanted) {
    try {
      FileStatus found = FileCalls.status(path.toArray());
      return found.inode() == wanted.inode() && found.device() == wanted.device();
    } catch (SyscallException e) {
      return false;
    }
  }

  private static FileFacts facts(int id, int fd, Bytes path, FileStatus status, boolean deleted)
      throws IOException {
    FileCalls.FilesystemStatus filesystem = FileCalls.filesystem(fd);
    return new FileFacts(
        id,
        path,
        Optional.of(new FileFacts.Inode(status.device(), status.inode())),
        new FileFacts.Status(
            OptionalInt.of(status.mode()),
            OptionalInt.of(status.links()),
            Optional.of(new FileFacts.Owner(status.uid(), status.gid())),
            OptionalLong.of(status.length()),
            OptionalLong.of(status.rdev()),
            OptionalLong.of(status.mtimeNanos()),
            OptionalLong.of(status.ctimeNanos()),
            status.btimeNanos()),
        OptionalLong.of(filesystem.type()),
        OptionalLong.of(filesystem.id()),
        handle(fd),
        OptionalInt.empty(),
        deleted,
        OptionalInt.empty(),
        Optional.empty());
  }

  private static Optional<FileFacts.Handle> handle(int fd) throws SyscallException {
    try {
      FileCalls.FileHandle handle = FileCalls.handle(fd);
      return Optional.of(new FileFacts.Handle(handle.type(), Bytes.of(handle.bytes())));
    } catch (SyscallException e) {
      if (e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EOVERFLOW) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Something without a path, named as the kernel does: {@code pipe:[…]}. */
  FileFacts addNameless(byte[] shown) {
    return bare(new Key(Bytes.of(shown), NOWHERE, NOWHERE), Optional.empty(), false);
  }

  private FileFacts bare(Key key, Optional<FileFacts.Inode> inode, boolean deleted) {
    int id = ids.computeIfAbsent(key, k -> files.size() + 1);
    if (id > files.size()) {
      files.add(
          new FileFacts(
              id,
              key.path(),
              inode,
              FileFacts.Status.UNKNOWN,
              OptionalLong.empty(),
              OptionalLong.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              deleted,
              OptionalInt.empty(),
              Optional.empty()));
    }
    return get(id);
  }

  FileFacts get(int id) {
    return files.get(id - 1);
  }

  /** Says which object has the bytes of a file. */
  void setContent(int id, int object) {
    FileFacts f = get(id);
    change(f, f.status(), f.seals(), OptionalInt.of(object));
  }

  /** Says what may no more be done to a memory file. */
  FileFacts setSeals(int id, int seals) {
    FileFacts f = get(id);
    return change(f, f.status(), OptionalInt.of(seals), f.content());
  }

  private FileFacts change(
      FileFacts f, FileFacts.Status status, OptionalInt seals, OptionalInt content) {
    FileFacts changed =
        new FileFacts(
            f.id(),
            f.path(),
            f.inode(),
            status,
            f.filesystem(),
            f.filesystemId(),
            f.handle(),
            seals,
            f.deleted(),
            content,
            f.buildId());
    return put(changed);
  }

  private FileFacts put(FileFacts changed) {
    files.set(changed.id() - 1, changed);
    return changed;
  }

  List<FileFacts> files() {
    return List.copyOf(files);
  }
}
