package org.ckimg.restorer.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.restorer.gather.SocketPlace;

/** Files of sockets that were made: all that a restore changes before the program runs. */
final class MadeSockets {
  private final List<Change> changes = new ArrayList<>();

  /** What was moved aside, and what was made in its place. */
  private static final class Change {
    private final SocketPlace place;
    private final Optional<byte[]> aside;
    private Optional<FileStatus> made = Optional.empty();

    Change(SocketPlace place, Optional<byte[]> aside) {
      this.place = place;
      this.aside = aside;
    }

    private int folder() {
      return place.folder().orElseThrow().fd();
    }

    /** Only what was made here is removed, whatever stands there now. */
    void undo() throws SyscallException {
      byte[] name = place.name().toArray();
      if (made.isPresent() && FileCalls.statusIn(folder(), name).inode() == made.get().inode()) {
        FileCalls.unlink(folder(), name);
      }
      if (aside.isPresent()) {
        FileCalls.rename(folder(), aside.get(), name);
      }
    }

    void keep() {
      if (aside.isPresent()) {
        try {
          FileCalls.unlink(folder(), aside.get());
        } catch (SyscallException e) {
          // The program runs; a file that leads nowhere is left under a name of ours.
          return;
        }
      }
    }
  }

  /** Notes that a place is going to be taken. */
  void moved(SocketPlace place, Optional<byte[]> aside) {
    changes.add(new Change(place, aside));
  }

  /** Notes what was made at the place that was taken last. */
  void bound(FileStatus status) {
    changes.getLast().made = Optional.of(status);
  }

  /** Puts everything back; what cannot be put back is told with {@code cause}. */
  void undo(Exception cause) {
    for (Change change : changes.reversed()) {
      try {
        change.undo();
      } catch (SyscallException e) {
        cause.addSuppressed(e);
      }
    }
  }

  /** The program runs: what it has replaced goes. */
  void keep() {
    changes.forEach(Change::keep);
  }
}
