package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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

  private final List<FileFacts> files = new ArrayList<>();
  private final Map<Key, Integer> ids = new HashMap<>();

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
      return add(fd, Bytes.of(shown));
    } finally {
      FileCalls.close(fd);
    }
  }

  /** The file at a path. */
  FileFacts addPath(byte[] path) throws IOException {
    int fd = FileCalls.open(path, FileCalls.O_PATH | FileCalls.O_CLOEXEC, 0);
    try {
      return add(fd, Bytes.of(path));
    } finally {
      FileCalls.close(fd);
    }
  }

  private FileFacts add(int fd, Bytes shown) throws IOException {
    FileStatus status = FileCalls.status(fd);
    boolean deleted = shown.endsWith(DELETED) && !isAt(shown, status);
    Bytes path = deleted ? shown.slice(0, shown.length() - DELETED.length()) : shown;
    Key key = new Key(path, status.device(), status.inode());
    int id = ids.computeIfAbsent(key, k -> files.size() + 1);
    FileFacts facts = facts(id, fd, path, status, deleted);
    if (id > files.size()) {
      files.add(facts);
    } else {
      files.set(id - 1, facts);
    }
    return facts;
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
        Optional.of(
            new FileFacts.Status(
                status.mode(),
                status.links(),
                status.uid(),
                status.gid(),
                status.length(),
                status.rdev(),
                status.mtimeNanos(),
                status.ctimeNanos(),
                status.btimeNanos())),
        OptionalLong.of(filesystem.type()),
        OptionalLong.of(filesystem.id()),
        handle(fd),
        OptionalInt.empty(),
        deleted,
        OptionalInt.empty());
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
    Bytes path = Bytes.of(shown);
    Key key = new Key(path, NOWHERE, NOWHERE);
    int id = ids.computeIfAbsent(key, k -> files.size() + 1);
    FileFacts facts =
        new FileFacts(
            id,
            path,
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            false,
            OptionalInt.empty());
    if (id > files.size()) {
      files.add(facts);
    }
    return facts;
  }

  FileFacts get(int id) {
    return files.get(id - 1);
  }

  /** Says which object has the bytes of a file. */
  void setContent(int id, int object) {
    FileFacts f = get(id);
    files.set(
        id - 1,
        new FileFacts(
            f.id(),
            f.path(),
            f.inode(),
            f.status(),
            f.filesystem(),
            f.filesystemId(),
            f.handle(),
            f.seals(),
            f.deleted(),
            OptionalInt.of(object)));
  }

  List<FileFacts> files() {
    return List.copyOf(files);
  }
}
