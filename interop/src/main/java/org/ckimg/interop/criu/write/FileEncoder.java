package org.ckimg.interop.criu.write;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.interop.criu.FileKind;
import org.ckimg.interop.criu.proto.FifoFile;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.FileOwner;
import org.ckimg.interop.criu.proto.MemfdFile;
import org.ckimg.interop.criu.proto.PipeFile;
import org.ckimg.interop.criu.proto.RegFile;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;

/** What is open, mapped, run, or a directory. */
final class FileEncoder {
  static final int REGULAR = 0100000;
  static final FileOwner NOBODY =
      FileOwner.newBuilder().setUid(0).setEuid(0).setSignum(0).setPidType(0).setPid(0).build();

  private final Checkpoint checkpoint;
  private final FileNumbers numbers;
  private final EventEncoder events;
  private final SocketEncoder sockets;

  FileEncoder(Checkpoint checkpoint, FileNumbers numbers) {
    this.checkpoint = checkpoint;
    this.numbers = numbers;
    this.events = new EventEncoder(checkpoint);
    this.sockets = new SocketEncoder(checkpoint, numbers);
  }

  /** The kind of a description; null for one that is not written. */
  static FileKind kind(FdType type) {
    return switch (type) {
      case REGULAR, DIRECTORY, CHARACTER -> FileKind.REG;
      case PIPE -> FileKind.PIPE;
      case FIFO -> FileKind.FIFO;
      case MEMFD -> FileKind.MEMFD;
      case EVENTFD -> FileKind.EVENTFD;
      case EPOLL -> FileKind.EVENTPOLL;
      case SIGNALFD -> FileKind.SIGNALFD;
      case TIMERFD -> FileKind.TIMERFD;
      case UNIX -> FileKind.UNIXSK;
      case INET -> FileKind.INETSK;
      case TTY, NETLINK, PACKET, INOTIFY, PIDFD, OTHER -> null;
    };
  }

  /** An open file description. */
  FileEntry open(OpenFile open) {
    int id = numbers.description(open.id());
    FileKind kind = kind(open.type());
    FileEntry.Builder entry = FileEntry.newBuilder().setType(kind.number()).setId(id);
    FileOwner owner = owner(open.signal());
    return switch (kind) {
      case REG ->
          entry
              .setReg(
                  regular(id, checkpoint.file(open.file().orElseThrow()), open.flags(), owner)
                      .setPos(open.position().orElse(0)))
              .build();
      case PIPE ->
          entry
              .setPipe(
                  PipeFile.newBuilder()
                      .setId(id)
                      .setPipeId(open.file().orElseThrow())
                      .setFlags(open.flags())
                      .setFown(owner))
              .build();
      case FIFO ->
          entry
              .setFifo(
                  FifoFile.newBuilder()
                      .setId(id)
                      .setPipeId(open.file().orElseThrow())
                      .setRegfId(numbers.behind(open.id())))
              .build();
      case MEMFD ->
          entry
              .setMemfd(
                  memfd(id, open.file().orElseThrow(), open.flags(), owner)
                      .setPos(open.position().orElse(0)))
              .build();
      case UNIXSK -> sockets.unix(entry, open, owner);
      case INETSK -> sockets.inet(entry, open, owner);
      default -> events.add(entry, open, owner);
    };
  }

  private static FileOwner owner(OptionalInt signal) {
    return signal.isPresent() ? NOBODY.toBuilder().setSignum(signal.getAsInt()).build() : NOBODY;
  }

  /** A file that a process uses without having it open. */
  FileEntry used(int file) {
    int id = numbers.used(file);
    FileFacts facts = checkpoint.file(file);
    if (MemfdEncoder.isMemfd(checkpoint, facts)) {
      return FileEntry.newBuilder()
          .setType(FileKind.MEMFD.number())
          .setId(id)
          .setMemfd(memfd(id, file, 2, NOBODY).setPos(0))
          .build();
    }
    return FileEntry.newBuilder()
        .setType(FileKind.REG.number())
        .setId(id)
        .setReg(regular(id, facts, 0, NOBODY).setPos(0))
        .build();
  }

  /** The file that a FIFO is opened by. */
  FileEntry behind(OpenFile open) {
    int id = numbers.behind(open.id());
    FileFacts file = checkpoint.file(open.file().orElseThrow());
    return FileEntry.newBuilder()
        .setType(FileKind.REG.number())
        .setId(id)
        .setReg(regular(id, file, open.flags(), owner(open.signal())).setPos(0))
        .build();
  }

  private static RegFile.Builder regular(int id, FileFacts file, int flags, FileOwner owner) {
    RegFile.Builder reg =
        RegFile.newBuilder().setId(id).setFlags(flags).setFown(owner).setName(text(file.path()));
    file.mode().ifPresent(reg::setMode);
    if (file.type().orElse(0) == REGULAR) {
      file.length().ifPresent(reg::setSize);
    }
    file.buildId().filter(FileEncoder::isWords).ifPresent(known -> reg.addAllBuildId(words(known)));
    return reg;
  }

  /** CRIU has words; what is no number of them would get bytes that it has not. */
  static boolean isWords(Bytes buildId) {
    return buildId.length() % Integer.BYTES == 0;
  }

  private static List<Integer> words(Bytes bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> words = new ArrayList<>();
    while (buffer.hasRemaining()) {
      words.add(buffer.getInt());
    }
    return words;
  }

  private static MemfdFile.Builder memfd(int id, int file, int flags, FileOwner owner) {
    return MemfdFile.newBuilder().setId(id).setFlags(flags).setFown(owner).setInodeId(file);
  }

  static ByteString text(Bytes bytes) {
    return ByteString.copyFrom(bytes.toArray());
  }
}
