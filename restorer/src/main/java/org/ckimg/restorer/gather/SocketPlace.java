package org.ckimg.restorer.gather;

import java.util.Optional;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.spec.model.Bytes;

/**
 * Where a Unix socket with a path is to be bound.
 *
 * @param path that leads there
 * @param base the folder that its relative name starts from; empty for an absolute name
 * @param folder that it will be in; empty when it cannot be opened
 * @param standing what is there now
 * @param found what that is, to be recognised again
 */
public record SocketPlace(
    Bytes path,
    Optional<Bytes> base,
    Optional<Folder> folder,
    Standing standing,
    Optional<FileStatus> found) {
  /**
   * A folder, found with the program's own rights.
   *
   * @param fd an O_PATH descriptor
   * @param path without symbolic links
   * @param writable true when the program's own user may make files there
   */
  public record Folder(int fd, Bytes path, boolean writable) {}

  /** What is at the place. */
  public enum Standing {
    NOTHING,
    /** A socket that nobody has bound. */
    DEAD_SOCKET,
    /** A socket that somebody has bound. */
    LIVE_SOCKET,
    SOMETHING_ELSE
  }

  /** The last part of the path. */
  public Bytes name() {
    return name(path);
  }

  /** The last part of a path. */
  public static Bytes name(Bytes path) {
    return path.slice(lastSlash(path) + 1, path.length());
  }

  /** What is before the last part of a path. */
  public static Bytes parent(Bytes path) {
    return path.slice(0, Math.max(1, lastSlash(path)));
  }

  private static int lastSlash(Bytes path) {
    int at = path.length() - 1;
    while (at >= 0 && path.at(at) != '/') {
      at--;
    }
    return at;
  }

  /** The path that it will have, when no link leads elsewhere. */
  public Optional<Bytes> resolved() {
    return folder.map(f ->
        f.path().equals(Bytes.utf8("/"))
            ? f.path().plus(name())
            : f.path().plus(Bytes.utf8("/")).plus(name()));
  }
}
