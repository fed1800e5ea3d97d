package org.ckimg.interop.criu.write;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;
import org.ckimg.spec.model.ProcessState;

/** What CRIU demands of files, open or not. */
final class FileDemands {
  /** Types of deleted files that CRIU makes again: regular, directory, FIFO. */
  private static final Set<Integer> MADE_AGAIN = Set.of(FileEncoder.REGULAR, 0040000, 0010000);

  private final Checkpoint checkpoint;
  private final Demands demands;
  private final SocketDemands sockets;

  FileDemands(Checkpoint checkpoint, Demands demands) {
    this.checkpoint = checkpoint;
    this.sockets = new SocketDemands(checkpoint, demands);
    this.demands = demands;
  }

  void find() {
    for (OpenFile open : checkpoint.descriptions()) {
      demands.of("open file " + open.id() + name(open));
      open(open);
    }
    for (int file : new FileNumbers(checkpoint).used()) {
      file(checkpoint.file(file));
    }
    for (PipeState pipe : checkpoint.pipes()) {
      demands.of(checkpoint.file(pipe.file()).path().toString());
      demands.refuse(!pipe.packets().isEmpty(), "a pipe of packets");
    }
    for (ProcessState process : checkpoint.processes()) {
      for (FileLock lock : process.locks()) {
        demands.of(
            "process %d, lock of %s".formatted(process.pid(), checkpoint.file(lock.file()).path()));
        demands.demand(
            LockEncoder.descriptor(checkpoint, process, lock).isPresent(),
            "a descriptor of the locked file");
      }
    }
  }

  private String name(OpenFile open) {
    return open.file().isPresent()
        ? " (" + checkpoint.file(open.file().getAsInt()).path() + ")"
        : "";
  }

  private void open(OpenFile open) {
    boolean written = FileEncoder.kind(open.type()) != null;
    demands.refuse(!written, "a " + open.type().name().toLowerCase(Locale.ROOT) + " descriptor");
    demands.demand(open.owner().isEmpty(), "the user that set who is told of its input");
    if (!written) {
      return;
    }
    switch (open.type()) {
      case UNIX, INET -> sockets.find(open);
      case EVENTFD, EPOLL, SIGNALFD, TIMERFD -> event(open);
      default -> {
        demands.demand(open.file().isPresent(), "the file");
        open.file().ifPresent(file -> file(checkpoint.file(file), open.type()));
      }
    }
  }

  private void event(OpenFile open) {
    demands.demand(open.state().isPresent(), "the state");
    if (open.state().orElse(null) instanceof FdState.WatchList list) {
      demands.refuse(watchesClosed(open, list), "an epoll instance that watches a closed number");
    }
    if (open.state().orElse(null) instanceof FdState.Alarm alarm) {
      demands.demand(
          EventEncoder.left(checkpoint, alarm).isPresent(),
          "the time left, and so the clock at the dump");
    }
  }

  /** CRIU watches what a number leads to in a process that has the instance open. */
  private boolean watchesClosed(OpenFile epoll, FdState.WatchList list) {
    for (ProcessState process : checkpoint.processes()) {
      Map<Integer, Integer> descriptions = new HashMap<>();
      process.fds().forEach(fd -> descriptions.put(fd.number(), fd.description()));
      boolean closed =
          list.watches().stream()
              .anyMatch(watch ->
                  watch.target().isEmpty()
                      || !Integer.valueOf(watch.target().getAsInt())
                          .equals(descriptions.get(watch.number())));
      if (closed && descriptions.containsValue(epoll.id())) {
        return true;
      }
    }
    return false;
  }

  private void file(FileFacts file, FdType type) {
    if (type == FdType.MEMFD) {
      memfd(file);
    } else if (type != FdType.PIPE) {
      file(file);
    }
  }

  private void file(FileFacts file) {
    demands.of(file.path().toString());
    if (MemfdEncoder.isMemfd(checkpoint, file)) {
      memfd(file);
      return;
    }
    demands.refuse(!file.path().startsWith("/"), "a file without a path");
    if (file.deleted()) {
      int type = file.type().orElse(FileEncoder.REGULAR);
      demands.refuse(!MADE_AGAIN.contains(type), "a deleted device or socket");
      demands.demand(
          file.content().isPresent() || type != FileEncoder.REGULAR, "what is in a deleted file");
      demands.demand(
          isOwned(file) && file.status().mtimeNanos().isPresent(),
          "mode, owner and time of a deleted file");
    }
  }

  private void memfd(FileFacts file) {
    demands.demand(file.content().isPresent(), "the memory");
    demands.demand(isOwned(file), "mode and owner of a memory file");
    demands.demand(file.seals().isPresent(), "the seals");
  }

  private static boolean isOwned(FileFacts file) {
    return file.mode().isPresent() && file.status().owner().isPresent();
  }
}
