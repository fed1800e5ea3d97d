package org.ckimg.interop.criu;

import java.util.Locale;
import java.util.function.Predicate;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.FdType;

/** Kinds of files, in the order of CRIU's numbers from 1. */
public enum FileKind {
  REG(FdType.REGULAR, FileEntry::hasReg),
  PIPE(FdType.PIPE, FileEntry::hasPipe),
  FIFO(FdType.FIFO, FileEntry::hasFifo),
  INETSK(FdType.INET, FileEntry::hasIsk),
  UNIXSK(FdType.UNIX, FileEntry::hasUsk),
  EVENTFD(FdType.EVENTFD, FileEntry::hasEfd),
  EVENTPOLL(FdType.EPOLL, FileEntry::hasEpfd),
  INOTIFY(FdType.INOTIFY, FileEntry::hasIfy),
  SIGNALFD(FdType.SIGNALFD, FileEntry::hasSgfd),
  PACKETSK(FdType.PACKET, FileEntry::hasPsk),
  TTY(FdType.TTY, FileEntry::hasTty),
  FANOTIFY(FdType.OTHER, FileEntry::hasFfy),
  NETLINKSK(FdType.NETLINK, FileEntry::hasNlsk),
  NS(FdType.OTHER, FileEntry::hasNsf),
  TUNF(FdType.OTHER, FileEntry::hasTunf),
  EXT(FdType.OTHER, FileEntry::hasExt),
  TIMERFD(FdType.TIMERFD, FileEntry::hasTfd),
  MEMFD(FdType.MEMFD, FileEntry::hasMemfd),
  BPFMAP(FdType.OTHER, FileEntry::hasBpf),
  PIDFD(FdType.PIDFD, FileEntry::hasPidfd);

  private final FdType type;
  private final Predicate<FileEntry> part;

  FileKind(FdType type, Predicate<FileEntry> part) {
    this.type = type;
    this.part = part;
  }

  /** The kind of a file, which has the part that the kind demands. */
  static FileKind of(Entry<FileEntry> file) throws MalformedImageException {
    int number = file.message().getType();
    file.check(
        number >= 1 && number <= values().length,
        "a file of kind " + Integer.toUnsignedString(number));
    FileKind kind = values()[number - 1];
    file.require(kind.part.test(file.message()), "part for a " + kind.text());
    return kind;
  }

  /** As images number it. */
  public int number() {
    return ordinal() + 1;
  }

  FdType type() {
    return type;
  }

  /** True when the model has all that the image says of such a file. */
  boolean captured() {
    return switch (this) {
      case FANOTIFY, NS, TUNF, EXT, BPFMAP -> false;
      default -> true;
    };
  }

  /** True for what can be mapped or be a directory of a task without being open. */
  boolean mayBeClosed() {
    return this == REG || this == MEMFD || this == EXT;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
