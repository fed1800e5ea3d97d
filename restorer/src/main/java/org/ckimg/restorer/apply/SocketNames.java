package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.restorer.gather.SocketPlace;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.SocketAddress;
import org.ckimg.spec.model.UnixName;

/**
 * Binds Unix sockets, and reaches them by their names; the process itself does, with the rights of
 * its user.
 */
final class SocketNames {
  private static final int PERMISSIONS = 07777;

  private final Construction construction;
  private final RemoteSockets remote;

  SocketNames(Construction construction, RemoteSockets remote) {
    this.construction = construction;
    this.remote = remote;
  }

  String text(Bytes address) {
    return SocketAddress.text(construction.checkpoint().host(), address);
  }

  /** bind(2), where the audit has looked; what it makes there is remembered. */
  void bind(int id, int fd, FdState.Socket socket) throws IOException {
    Bytes address = socket.local().orElseThrow();
    SocketPlace place = construction.host().sockets().places().get(id);
    if (place == null) {
      remote.bind(fd, address, text(address));
      return;
    }
    NamedFile usual = new NamedFile(place.folder().orElseThrow().fd(), place.name());
    if (place.standing() == SocketPlace.Standing.DEAD_SOCKET) {
      moveAside(id, place, usual);
    }
    enterFolder(id);
    HeldFile made = make(id, fd, place, address);
    if (!usual.is(made.status())) {
      throw changed(place, "it led elsewhere while it was bound");
    }
    if (socket.node().isEmpty()) {
      made.remove();
    } else {
      setAccess(id, place, construction.checkpoint().file(socket.node().getAsInt()));
    }
  }

  private static IOException changed(SocketPlace place, String how) {
    return new IOException("%s has changed since the audit: %s".formatted(place.path(), how));
  }

  /** Moves away what the audit saw there; anything else is put back when this fails. */
  private void moveAside(int id, SocketPlace place, NamedFile usual) throws IOException {
    NamedFile aside = usual.aside();
    rename(construction.inheritance().socketFolder(id), usual.name(), aside.name());
    FileStatus found = place.found().orElseThrow();
    construction.site().madeSockets().moved(usual, aside, found);
    if (!aside.is(found)) {
      throw changed(place, "it is another file now");
    }
  }

  /**
   * bind(2) takes a path, which another process may have led elsewhere since the audit. Whatever
   * can run out is taken before there is a file that would be left.
   */
  private HeldFile make(int id, int fd, SocketPlace place, Bytes address) throws IOException {
    int pidfd = ProcessCalls.openPidfd(construction.pid());
    int own = -1;
    try {
      own = ProcessCalls.getFd(pidfd, fd);
      remote.bind(fd, address, text(address));
      // The lookup gets its number.
      FileCalls.close(pidfd);
      pidfd = -1;
      HeldFile made = find(own, place);
      construction.site().madeSockets().made(id, made);
      return made;
    } finally {
      if (pidfd >= 0) {
        FileCalls.close(pidfd);
      }
      if (own >= 0) {
        FileCalls.close(own);
      }
    }
  }

  private static HeldFile find(int own, SocketPlace place) throws IOException {
    Optional<HeldFile> found;
    try {
      found = HeldFile.of(own, place);
    } catch (SyscallException e) {
      throw new IOException(
          "%s: the socket that was made there is left: %s".formatted(place.path(), e.getMessage()),
          e);
    }
    return found.orElseThrow(() -> changed(place, "a socket is left where it led for a moment"));
  }

  /** connect(2) to a socket of the program. */
  void connect(int fd, int id, FdState.Socket to) throws IOException {
    String name = text(to.local().orElseThrow());
    reach(id, to, address -> remote.connect(fd, address, name));
  }

  /** sendto(2) to a socket of the program. */
  void send(int fd, byte[] bytes, int id, FdState.Socket to) throws IOException {
    reach(id, to, address -> remote.send(fd, bytes, address));
  }

  /** What is done with an address. */
  @FunctionalInterface
  private interface Use {
    void of(Bytes address) throws IOException;
  }

  /** A name may lead elsewhere by now, a descriptor of the file that has it does not. */
  private void reach(int id, FdState.Socket socket, Use use) throws IOException {
    SocketPlace place = construction.host().sockets().places().get(id);
    if (place == null) {
      use.of(socket.local().orElseThrow());
      return;
    }
    int file = openMade(id, place);
    use.of(new UnixName(RemoteFiles.link(file)).address());
    construction.call(Sys.CLOSE, file);
  }

  /** A relative name starts from where it started. */
  private void enterFolder(int id) throws IOException {
    SocketPlace place = construction.host().sockets().places().get(id);
    if (place != null && place.base().isPresent()) {
      long base = construction.workbench().putString(place.base().get().toArray());
      construction.check("chdir", place.base().get().toString(), Sys.CHDIR, base);
    }
  }

  private void rename(int folder, Bytes from, Bytes to) throws IOException {
    byte[] both = from.plus(Bytes.of((byte) 0)).plus(to).toArray();
    long old = construction.workbench().putString(both);
    long name = old + from.length() + 1;
    construction.check(
        "renameat2",
        "socket file " + from,
        Sys.RENAMEAT2,
        folder,
        old,
        folder,
        name,
        FileCalls.RENAME_NOREPLACE);
  }

  /** Through a descriptor of what was made: whatever has its name by now is left alone. */
  private void setAccess(int id, SocketPlace place, FileFacts file) throws IOException {
    if (file.mode().isEmpty() || file.status().owner().isEmpty()) {
      return;
    }
    int fd = openMade(id, place);
    setOwner(fd, file, construction.site().madeSockets().of(id).status());
    int mode = file.mode().getAsInt() & PERMISSIONS;
    long path = RemoteFiles.link(construction, fd);
    construction.check(
        "chmod", file.path().toString(), Sys.FCHMODAT, FileCalls.AT_FDCWD, path, mode);
    construction.call(Sys.CLOSE, fd);
  }

  /** An O_PATH descriptor, in the process, of the very file that a socket was bound to. */
  private int openMade(int id, SocketPlace place) throws IOException {
    int fd = open(construction.inheritance().socketFolder(id), place.name());
    String link = "/proc/%d/fd/%d".formatted(construction.pid(), fd);
    FileStatus found = FileCalls.status(link.getBytes(StandardCharsets.US_ASCII));
    if (!construction.site().madeSockets().of(id).status().isSameFile(found)) {
      throw changed(place, "it is another file now");
    }
    return fd;
  }

  private int open(int folder, Bytes name) throws IOException {
    long path = construction.workbench().putString(name.toArray());
    int flags = FileCalls.O_PATH | FileCalls.O_NOFOLLOW | FileCalls.O_CLOEXEC;
    return (int) construction.check("open", name.toString(), Sys.OPENAT, folder, path, flags, 0);
  }

  private void setOwner(int fd, FileFacts file, FileStatus now) throws IOException {
    FileFacts.Owner was = file.status().owner().orElseThrow();
    boolean same = was.uid() == now.uid() && was.gid() == now.gid();
    long empty = construction.workbench().putString(new byte[0]);
    long owned =
        same
            ? 0
            : construction.call(
                Sys.FCHOWNAT, fd, empty, was.uid(), was.gid(), FileCalls.AT_EMPTY_PATH);
    if (owned != 0) {
      construction.note(
          "%s belongs to user %d and group %d now, not to %d and %d"
              .formatted(file.path(), now.uid(), now.gid(), was.uid(), was.gid()));
    }
  }
}
