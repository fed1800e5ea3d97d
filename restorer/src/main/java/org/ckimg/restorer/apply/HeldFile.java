package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.net.UnixSockets;
import org.ckimg.linux.proc.Fds;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.restorer.gather.SocketPlace;
import org.ckimg.spec.model.Bytes;

/**
 * The file that a socket was bound to, which others may move at any time.
 *
 * @param fd an O_PATH descriptor of the tool
 */
record HeldFile(int fd) implements AutoCloseable {
  /** It is not where it was a moment ago; whoever moved it may do so again. */
  private static final int ATTEMPTS = 100;

  private static final int FLAGS = FileCalls.O_PATH | FileCalls.O_CLOEXEC;

  /**
   * Finds the file of a socket.
   *
   * @param socket the tool's own descriptor of it
   * @param place where it should be
   * @return empty when somebody has moved it away, and the kernel does not tell us where it is
   */
  static Optional<HeldFile> of(int socket, SocketPlace place) throws IOException {
    try {
      return Optional.of(new HeldFile(SocketCalls.openFile(socket)));
    } catch (SyscallException e) {
      return named(socket, place);
    }
  }

  private static Optional<HeldFile> named(int socket, SocketPlace place) throws SyscallException {
    int inode = UnixSockets.read(FileCalls.status(socket).inode()).file().orElseThrow().inode();
    int folder = place.folder().orElseThrow().fd();
    Optional<HeldFile> found = Optional.empty();
    for (int attempt = 0; attempt < ATTEMPTS && found.isEmpty(); attempt++) {
      Optional<HeldFile> usual = named(folder, place.name(), inode);
      found = usual.isPresent() ? usual : named(FileCalls.AT_FDCWD, place.path(), inode);
    }
    return found;
  }

  /** What has this name, if it has that inode; btrfs and overlayfs tell two devices of it. */
  private static Optional<HeldFile> named(int folder, Bytes path, int inode)
      throws SyscallException {
    HeldFile file;
    try {
      int flags = FLAGS | FileCalls.O_NOFOLLOW;
      file = new HeldFile(FileCalls.openResolved(folder, path.toArray(), flags, 0));
    } catch (SyscallException e) {
      if (e.errno() == Errno.EMFILE || e.errno() == Errno.ENFILE) {
        throw e;
      }
      return Optional.empty();
    }
    FileStatus status = file.status();
    if (status.isSocket() && (int) status.inode() == inode) {
      return Optional.of(file);
    }
    file.close();
    return Optional.empty();
  }

  FileStatus status() throws SyscallException {
    return FileCalls.status(fd);
  }

  /** Removes it, wherever it is by now. */
  void remove() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS && status().links() > 0; attempt++) {
      removeAt(path());
    }
    if (status().links() > 0) {
      throw new IOException(path() + " is a socket that was made, and is left there");
    }
  }

  private Bytes path() throws SyscallException {
    return Bytes.of(Fds.link((int) ProcessHandle.current().pid(), fd));
  }

  private void removeAt(Bytes path) throws SyscallException {
    int folder;
    try {
      int flags = FLAGS | FileCalls.O_DIRECTORY;
      folder = FileCalls.open(SocketPlace.parent(path).toArray(), flags, 0);
    } catch (SyscallException e) {
      // Its folder has just been moved.
      return;
    }
    try {
      new NamedFile(folder, SocketPlace.name(path)).remove(status());
    } finally {
      FileCalls.close(folder);
    }
  }

  @Override
  public void close() {
    FileCalls.close(fd);
  }
}
