package org.ckimg.interop.criu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.FileOwner;
import org.ckimg.interop.criu.proto.MemfdFile;
import org.ckimg.interop.criu.proto.RegFile;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;

/** Open file descriptions, and the pipes behind them. */
final class DescriptionDecoder {
  private static final int O_CLOEXEC = 02000000;
  private static final int O_PATH = 010000000;

  private final FileTable files;
  private final Queues queues;
  private final Holders holders;
  private final SocketDecoder sockets;
  private final EventDecoder events;
  private final TerminalDecoder terminals;
  private final Map<Integer, PipeState> pipes = new LinkedHashMap<>();
  private final List<OpenFile> descriptions = new ArrayList<>();

  /** What the kinds of files have in common, each in its own place. */
  private record Common(
      FdType type,
      OptionalInt file,
      int flags,
      OptionalLong position,
      FileOwner owner,
      Optional<FdState> state) {}

  DescriptionDecoder(FileTable files, Queues queues, Holders holders) {
    this.files = files;
    this.queues = queues;
    this.holders = holders;
    this.sockets = new SocketDecoder(files, queues, holders.ids());
    this.events = new EventDecoder(files, holders);
    this.terminals = new TerminalDecoder(files);
  }

  /** Decodes all that is open, in the order of the image. */
  void decode() throws MalformedImageException {
    for (Map.Entry<Integer, Integer> open : holders.ids().entrySet()) {
      Entry<FileEntry> file = files.images().files().get(open.getKey());
      FileKind kind = FileKind.of(file);
      Common common = common(file, kind);
      boolean owned = common.owner.getPid() != 0;
      boolean known = common.owner.hasSignum();
      descriptions.add(
          new OpenFile(
              open.getValue(),
              common.type,
              common.file,
              common.flags & ~O_CLOEXEC,
              common.position,
              owned
                  ? Optional.of(
                      new OpenFile.Owner(common.owner.getPidType(), common.owner.getPid()))
                  : Optional.empty(),
              known ? OptionalInt.of(common.owner.getSignum()) : OptionalInt.empty(),
              common.state,
              kind.captured()));
    }
  }

  private Common common(Entry<FileEntry> file, FileKind kind) throws MalformedImageException {
    FileEntry entry = file.message();
    return switch (kind) {
      case REG -> regular(file);
      case MEMFD -> memfd(file);
      case PIPE -> pipe(entry);
      case FIFO -> fifo(file);
      case TTY -> terminal(file);
      case INETSK ->
          of(
              kind,
              socket(entry.getIsk().getIno()),
              entry.getIsk().getFlags(),
              entry.getIsk().getFown(),
              sockets.inet(file));
      case UNIXSK ->
          of(
              kind,
              socket(entry.getUsk().getIno()),
              entry.getUsk().getFlags(),
              entry.getUsk().getFown(),
              sockets.unix(file));
      case NETLINKSK ->
          of(
              kind,
              socket(entry.getNlsk().getIno()),
              entry.getNlsk().getFlags(),
              entry.getNlsk().getFown(),
              sockets.netlink(file));
      case PACKETSK ->
          of(
              kind,
              "socket:[?]",
              entry.getPsk().getFlags(),
              entry.getPsk().getFown(),
              sockets.packet(file));
      case EVENTFD ->
          of(
              kind,
              "anon_inode:[eventfd]",
              entry.getEfd().getFlags() & ~EventDecoder.EFD_SEMAPHORE,
              entry.getEfd().getFown(),
              events.counter(entry.getEfd()));
      case EVENTPOLL ->
          of(
              kind,
              "anon_inode:[eventpoll]",
              entry.getEpfd().getFlags(),
              entry.getEpfd().getFown(),
              events.watches(file));
      case SIGNALFD ->
          of(
              kind,
              "anon_inode:[signalfd]",
              entry.getSgfd().getFlags(),
              entry.getSgfd().getFown(),
              new FdState.SignalSet(entry.getSgfd().getSigmask()));
      case TIMERFD ->
          of(
              kind,
              "anon_inode:[timerfd]",
              entry.getTfd().getFlags(),
              entry.getTfd().getFown(),
              events.alarm(file));
      case INOTIFY ->
          of(
              kind,
              "anon_inode:inotify",
              entry.getIfy().getFlags(),
              entry.getIfy().getFown(),
              events.notifications(file));
      case PIDFD ->
          of(
              kind,
              "anon_inode:[pidfd]",
              entry.getPidfd().getFlags(),
              entry.getPidfd().getFown(),
              events.process(entry.getPidfd()));
      case FANOTIFY -> plain(kind, "anon_inode:[fanotify]", entry.getFfy().getFlags());
      case BPFMAP -> plain(kind, "anon_inode:bpf-map", entry.getBpf().getFlags());
      case TUNF -> plain(kind, "/dev/net/tun", 2);
      case NS -> plain(kind, "namespace:[" + text(entry.getNsf().getNsId()) + "]", 0);
      case EXT -> plain(kind, "external:[" + text(entry.getId()) + "]", 0);
    };
  }

  private static String text(int number) {
    return Integer.toUnsignedString(number);
  }

  private static String socket(int inode) {
    return "socket:[" + text(inode) + "]";
  }

  private Common of(FileKind kind, String name, int flags, FileOwner owner, FdState state) {
    return new Common(
        kind.type(),
        OptionalInt.of(files.at(name)),
        flags,
        OptionalLong.empty(),
        owner,
        Optional.of(state));
  }

  private Common plain(FileKind kind, String name, int flags) {
    return new Common(
        kind.type(),
        OptionalInt.of(files.at(name)),
        flags,
        OptionalLong.empty(),
        FileOwner.getDefaultInstance(),
        Optional.empty());
  }

  private Common regular(Entry<FileEntry> file) throws MalformedImageException {
    RegFile reg = file.message().getReg();
    FdType type = RegularType.of(reg);
    boolean hasPosition =
        (reg.getFlags() & O_PATH) == 0 && (type == FdType.REGULAR || type == FdType.DIRECTORY);
    return new Common(
        type,
        OptionalInt.of(files.of(file, file.message().getId())),
        reg.getFlags(),
        hasPosition && reg.hasPos() ? OptionalLong.of(reg.getPos()) : OptionalLong.empty(),
        reg.getFown(),
        Optional.empty());
  }

  private Common memfd(Entry<FileEntry> file) throws MalformedImageException {
    MemfdFile memfd = file.message().getMemfd();
    return new Common(
        FdType.MEMFD,
        OptionalInt.of(files.of(file, file.message().getId())),
        memfd.getFlags(),
        OptionalLong.of(memfd.getPos()),
        memfd.getFown(),
        Optional.empty());
  }

  private Common pipe(FileEntry entry) {
    int id = entry.getPipe().getPipeId();
    int file = files.at("pipe:[" + text(id) + "]");
    addPipe(file, id);
    return new Common(
        FdType.PIPE,
        OptionalInt.of(file),
        entry.getPipe().getFlags(),
        OptionalLong.empty(),
        entry.getPipe().getFown(),
        Optional.empty());
  }

  /** The path and flags of a FIFO stand in a file of their own. */
  private Common fifo(Entry<FileEntry> file) throws MalformedImageException {
    int regular = file.message().getFifo().getRegfId();
    RegFile reg = files.images().file(file, regular).message().getReg();
    int id = files.of(file, regular);
    addPipe(id, file.message().getFifo().getPipeId());
    return new Common(
        FdType.FIFO,
        OptionalInt.of(id),
        reg.getFlags(),
        OptionalLong.empty(),
        reg.getFown(),
        Optional.empty());
  }

  private void addPipe(int file, int id) {
    Optional<Queues.Pipe> data = queues.pipe(id);
    OptionalInt capacity = OptionalInt.empty();
    OptionalInt queue = OptionalInt.empty();
    if (data.isPresent()) {
      Queues.Pipe pipe = data.get();
      if (pipe.entry().message().hasSize()) {
        capacity = OptionalInt.of(pipe.entry().message().getSize());
      }
      if (pipe.queue().isPresent()) {
        queue = OptionalInt.of(pipe.queue().get().id());
      }
    }
    pipes.putIfAbsent(file, new PipeState(file, capacity, queue, List.of()));
  }

  private Common terminal(Entry<FileEntry> file) throws MalformedImageException {
    int id = terminals.add(file);
    return new Common(
        FdType.TTY,
        OptionalInt.of(id),
        file.message().getTty().getFlags(),
        OptionalLong.empty(),
        file.message().getTty().getFown(),
        terminals.master(file));
  }

  List<OpenFile> descriptions() {
    return descriptions;
  }

  /** By file. */
  List<PipeState> pipes() {
    return pipes.values().stream().sorted(Comparator.comparingInt(PipeState::file)).toList();
  }

  TerminalDecoder terminals() {
    return terminals;
  }
}
