package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.Sys;
import org.ckimg.restorer.gather.SocketPlace;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.SocketAddress;

/** Binds Unix sockets; the process itself does, with the rights of its user. */
final class SocketNames {
  private static final int S_IFSOCK = 0140000;
  private static final int PERMISSIONS = 07777;
  private static final String ASIDE = ".ckimg-replaced";

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
    int folder = construction.inheritance().socketFolder(id);
    byte[] name = place.name().toArray();
    Optional<byte[]> aside = Optional.empty();
    if (place.standing() == SocketPlace.Standing.DEAD_SOCKET) {
      aside = Optional.of(place.name().plus(Bytes.utf8(ASIDE)).toArray());
      rename(folder, name, aside.get());
    }
    MadeSockets made = construction.site().madeSockets();
    made.moved(place, aside);
    enterFolder(id);
    remote.bind(fd, address, text(address));
    FileStatus status = FileCalls.statusIn(place.folder().orElseThrow().fd(), name);
    if (status.type() != S_IFSOCK) {
      throw new IOException(place.path() + " was replaced while it was bound");
    }
    made.bound(status);
    if (socket.node().isEmpty()) {
      unlink(folder, name);
    } else {
      setAccess(folder, name, construction.checkpoint().file(socket.node().getAsInt()), status);
    }
  }

  /** A relative name starts from where it started. */
  void enterFolder(int id) throws IOException {
    SocketPlace place = construction.host().sockets().places().get(id);
    if (place != null && place.base().isPresent()) {
      long base = construction.workbench().putString(place.base().get().toArray());
      construction.check("chdir", place.base().get().toString(), Sys.CHDIR, base);
    }
  }

  private void rename(int folder, byte[] from, byte[] to) throws IOException {
    long old = construction.workbench().putString(from);
    long name =
        construction.workbench().put(from.length + 1, java.util.Arrays.copyOf(to, to.length + 1));
    construction.check("rename", "socket file", Sys.RENAMEAT, folder, old, folder, name);
  }

  private void unlink(int folder, byte[] name) throws IOException {
    long path = construction.workbench().putString(name);
    construction.check("unlink", "socket file", Sys.UNLINKAT, folder, path, 0);
  }

  private void setAccess(int folder, byte[] name, FileFacts file, FileStatus now)
      throws IOException {
    if (file.mode().isEmpty() || file.status().owner().isEmpty()) {
      return;
    }
    FileFacts.Owner was = file.status().owner().get();
    long path = construction.workbench().putString(name);
    boolean sameOwner = was.uid() == now.uid() && was.gid() == now.gid();
    long owned =
        sameOwner
            ? 0
            : construction.call(
                Sys.FCHOWNAT, folder, path, was.uid(), was.gid(), FileCalls.AT_SYMLINK_NOFOLLOW);
    if (owned != 0) {
      construction.note(
          "%s belongs to user %d and group %d now, not to %d and %d"
              .formatted(file.path(), now.uid(), now.gid(), was.uid(), was.gid()));
    }
    construction.check(
        "chmod",
        file.path().toString(),
        Sys.FCHMODAT,
        folder,
        path,
        file.mode().getAsInt() & PERMISSIONS);
  }
}
