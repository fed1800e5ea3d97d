package org.ckimg.writer;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;

/** Descriptions 6 to 14 of the full sample: what sockets, pipes and other descriptors hold. */
final class SocketSamples {
  static final int CONNECTION = 6;
  static final int LOCAL = 7;
  static final int INOTIFY = 9;
  static final int PIDFD = 10;
  static final int MASTER = 12;

  /** The object in which everything waits. */
  static final int QUEUE = 2;

  static final int QUEUE_BYTES = 4096;

  private SocketSamples() {}

  static List<OpenFile> descriptions() {
    return List.of(
        open(CONNECTION, FdType.INET, OptionalInt.empty(), connection()),
        open(LOCAL, FdType.UNIX, OptionalInt.empty(), local(8)),
        open(8, FdType.UNIX, OptionalInt.empty(), local(LOCAL)),
        open(INOTIFY, FdType.INOTIFY, OptionalInt.empty(), notices(1, 2)),
        open(PIDFD, FdType.PIDFD, OptionalInt.empty(), process(OptionalInt.of(7))),
        open(11, FdType.PIDFD, OptionalInt.empty(), process(OptionalInt.empty())),
        open(MASTER, FdType.TTY, OptionalInt.empty(), new FdState.Master(3, true, false)),
        open(13, FdType.PIPE, OptionalInt.of(1), null),
        open(14, FdType.OTHER, OptionalInt.empty(), other()));
  }

  private static OpenFile open(int id, FdType type, OptionalInt file, FdState state) {
    return new OpenFile(
        id,
        type,
        file,
        2,
        OptionalLong.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.ofNullable(state),
        true);
  }

  static FdState.Socket connection() {
    return new FdState.Socket(
        10,
        1,
        6,
        FdState.Socket.ESTABLISHED,
        OptionalInt.of(-1),
        3,
        Optional.of(Bytes.of(new byte[28])),
        Optional.of(Bytes.of(new byte[128])),
        OptionalInt.of(CONNECTION),
        OptionalInt.of(2),
        List.of(option(1, 2), option(1, 3), option(6, 1)),
        OptionalInt.of(QUEUE),
        List.of(message(5), message(0), message(4091)),
        Optional.of(tcp()));
  }

  static FdState.Tcp tcp() {
    return new FdState.Tcp(
        -1,
        2,
        OptionalInt.of(QUEUE),
        QUEUE_BYTES,
        65535,
        7,
        14,
        0,
        OptionalInt.of(-2),
        Optional.of(Bytes.of(new byte[FdState.Tcp.WINDOW_BYTES])));
  }

  static FdState.Option option(int level, int name) {
    return new FdState.Option(level, name, Bytes.of(new byte[] {1, 0, 0, 0}));
  }

  static FdState.Message message(long length) {
    return new FdState.Message(length, Optional.of(Bytes.utf8("sender")), Optional.of(Bytes.EMPTY));
  }

  static FdState.Socket local(int peer) {
    return new FdState.Socket(
        1,
        5,
        0,
        FdState.Socket.ESTABLISHED,
        OptionalInt.empty(),
        0,
        Optional.empty(),
        Optional.empty(),
        OptionalInt.of(peer),
        OptionalInt.empty(),
        List.of(),
        OptionalInt.empty(),
        List.of(new FdState.Message(0, Optional.empty(), Optional.empty())),
        Optional.empty());
  }

  private static FdState.Socket other() {
    return Samples.with(Samples.with(local(14), "family", 40), "messages", List.of());
  }

  static FdState notices(int number, int file) {
    return new FdState.NotifyList(
        List.of(new FdState.Notify(number, file, -1), new FdState.Notify(number + 1, 1, 8)));
  }

  static FdState process(OptionalInt pid) {
    return new FdState.ProcessReference(pid, pid.isEmpty());
  }

  static PipeState pipe() {
    return new PipeState(1, OptionalInt.of(4096), OptionalInt.of(QUEUE), List.of(5, 4091));
  }
}
