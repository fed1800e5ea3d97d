package org.ckimg.interop.criu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.InetSocket;
import org.ckimg.interop.criu.proto.NetlinkSocket;
import org.ckimg.interop.criu.proto.PacketSocket;
import org.ckimg.interop.criu.proto.SenderCredentials;
import org.ckimg.interop.criu.proto.SocketPacket;
import org.ckimg.interop.criu.proto.TcpStream;
import org.ckimg.interop.criu.proto.UnixSocket;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;

/** Sockets as the model has them. */
final class SocketDecoder {
  private static final int SOCK_RAW = 3;
  private static final int MAX_SHUTDOWN = 3;
  private static final int WINDOW_BYTES = 20;

  private static final int CREDENTIALS_BYTES = 28;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_CREDENTIALS = 2;

  private final FileTable files;
  private final Queues queues;
  private final Map<Integer, Entry<FileEntry>> unixByInode = new HashMap<>();
  private final Map<Integer, Integer> descriptions;

  /**
   * A decoder.
   *
   * @param descriptions ids by number of the file
   */
  SocketDecoder(FileTable files, Queues queues, Map<Integer, Integer> descriptions) {
    this.files = files;
    this.queues = queues;
    this.descriptions = descriptions;
    for (Entry<FileEntry> file : files.images().files().values()) {
      if (file.message().hasUsk()) {
        unixByInode.put(file.message().getUsk().getIno(), file);
      }
    }
  }

  FdState.Socket unix(Entry<FileEntry> file) throws MalformedImageException {
    UnixSocket socket = file.message().getUsk();
    Optional<Entry<FileEntry>> peer =
        socket.getPeer() == 0
            ? Optional.empty()
            : Optional.ofNullable(unixByInode.get(socket.getPeer()));
    Optional<Bytes> remote = Optional.empty();
    OptionalInt other = OptionalInt.empty();
    if (peer.isPresent()) {
      UnixSocket end = peer.get().message().getUsk();
      remote = SocketAddresses.unix(peer.get(), end.getName());
      Integer id = descriptions.get(peer.get().message().getId());
      other = id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }
    return socket(
        file,
        new Shape(SocketAddresses.AF_UNIX, socket.getType(), 0, socket.getState()),
        backlog(socket.getState(), socket.getBacklog()),
        shutdown(file, socket.getShutdown()),
        new Ends(SocketAddresses.unix(file, socket.getName()), remote, other, node(socket)),
        SocketOptionList.of(socket.getOpts()),
        Optional.empty());
  }

  /** The file of its name, unless that does not lead to it any more. */
  private OptionalInt node(UnixSocket socket) {
    boolean isPath = !socket.getName().isEmpty() && socket.getName().byteAt(0) != 0;
    return isPath && !socket.getDeleted()
        ? OptionalInt.of(files.socket(socket))
        : OptionalInt.empty();
  }

  FdState.Socket inet(Entry<FileEntry> file) throws MalformedImageException {
    InetSocket socket = file.message().getIsk();
    int family = socket.getFamily();
    Ends ends =
        new Ends(
            SocketAddresses.inet(file, family, socket.getSrcPort(), socket.getSrcAddrList()),
            SocketAddresses.inet(file, family, socket.getDstPort(), socket.getDstAddrList()),
            OptionalInt.empty(),
            OptionalInt.empty());
    return socket(
        file,
        new Shape(family, socket.getType(), socket.getProto(), socket.getState()),
        backlog(socket.getState(), socket.getBacklog()),
        shutdown(file, socket.getShutdown()),
        ends,
        SocketOptionList.of(socket),
        queues.stream(socket.getIno()));
  }

  /** The number of a netlink socket and its groups stand in the annex; nothing else has them. */
  FdState.Socket netlink(Entry<FileEntry> file) throws MalformedImageException {
    NetlinkSocket socket = file.message().getNlsk();
    return socket(
        file,
        new Shape(SocketAddresses.AF_NETLINK, SOCK_RAW, socket.getProtocol(), socket.getState()),
        OptionalInt.empty(),
        0,
        new Ends(
            Optional.of(netlinkAddress(socket.getPortid(), groups(socket))),
            socket.getDstPortid() == 0 && socket.getDstGroup() == 0
                ? Optional.empty()
                : Optional.of(netlinkAddress(socket.getDstPortid(), socket.getDstGroup())),
            OptionalInt.empty(),
            OptionalInt.empty()),
        SocketOptionList.of(socket.getOpts()),
        Optional.empty());
  }

  private static int groups(NetlinkSocket socket) {
    return socket.getGroupsCount() == 0 ? 0 : socket.getGroups(0);
  }

  /** {@code struct sockaddr_nl} of linux/netlink.h. */
  private static Bytes netlinkAddress(int port, int groups) {
    return new WordBuffer(12)
        .put16(0, SocketAddresses.AF_NETLINK)
        .put32(4, port)
        .put32(8, groups)
        .toBytes();
  }

  FdState.Socket packet(Entry<FileEntry> file) throws MalformedImageException {
    PacketSocket socket = file.message().getPsk();
    return socket(
        file,
        new Shape(
            SocketAddresses.AF_PACKET,
            socket.getType(),
            socket.getProtocol(),
            FdState.Socket.CLOSED),
        OptionalInt.empty(),
        0,
        new Ends(
            socket.getIfindex() == 0
                ? Optional.empty()
                : Optional.of(packetAddress(socket.getProtocol(), socket.getIfindex())),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty()),
        SocketOptionList.of(socket.getOpts()),
        Optional.empty());
  }

  /** {@code struct sockaddr_ll} of linux/if_packet.h. */
  private static Bytes packetAddress(int protocol, int index) {
    return new WordBuffer(20)
        .put16(0, SocketAddresses.AF_PACKET)
        .put16(2, protocol)
        .put32(4, index)
        .toBytes();
  }

  private record Shape(int family, int kind, int protocol, int state) {}

  private record Ends(
      Optional<Bytes> local, Optional<Bytes> remote, OptionalInt peer, OptionalInt node) {}

  /** The number means something else in other states. */
  private static OptionalInt backlog(int state, int backlog) {
    return state == FdState.Socket.LISTENING ? OptionalInt.of(backlog) : OptionalInt.empty();
  }

  private static int shutdown(Entry<?> socket, int shutdown) throws MalformedImageException {
    socket.check(shutdown >= 0 && shutdown <= MAX_SHUTDOWN, "shutdown " + shutdown);
    return shutdown;
  }

  private FdState.Socket socket(
      Entry<FileEntry> file,
      Shape shape,
      OptionalInt backlog,
      int shutdown,
      Ends ends,
      List<FdState.Option> options,
      Optional<Queues.Stream> stream) {
    Queues.Packets packets = queues.packets().get(file.message().getId());
    Optional<ObjectTable.Slot> queue =
        stream.isPresent()
            ? stream.get().received()
            : packets == null ? Optional.empty() : packets.queue();
    return new FdState.Socket(
        shape.family,
        shape.kind,
        shape.protocol,
        shape.state,
        backlog,
        shutdown,
        ends.local,
        ends.remote,
        ends.peer,
        ends.node,
        options,
        id(queue),
        stream.isPresent() ? received(queue) : messages(packets),
        stream.map(SocketDecoder::tcp));
  }

  private static OptionalInt id(Optional<ObjectTable.Slot> slot) {
    return slot.isPresent() ? OptionalInt.of(slot.get().id()) : OptionalInt.empty();
  }

  /** The bytes of a stream are one message. */
  private static List<FdState.Message> received(Optional<ObjectTable.Slot> queue) {
    return queue.isPresent()
        ? List.of(new FdState.Message(queue.get().length(), Optional.empty(), Optional.empty()))
        : List.of();
  }

  /** Descriptors that came with a message are files of the image here, and in an annex. */
  private static List<FdState.Message> messages(Queues.Packets packets) {
    List<FdState.Message> messages = new ArrayList<>();
    if (packets != null) {
      for (Entry<SocketPacket> packet : packets.entries()) {
        messages.add(
            new FdState.Message(
                Integer.toUnsignedLong(packet.message().getLength()),
                Optional.empty(),
                packet.message().hasUcred()
                    ? Optional.of(credentials(packet.message().getUcred()))
                    : Optional.empty()));
      }
    }
    return messages;
  }

  /** As recvmsg(2) gives it: SCM_CREDENTIALS of unix(7), to a multiple of 8 bytes. */
  private static Bytes credentials(SenderCredentials sender) {
    return new WordBuffer(CREDENTIALS_BYTES + Integer.BYTES)
        .put64(0, CREDENTIALS_BYTES)
        .put32(8, SOL_SOCKET)
        .put32(12, SCM_CREDENTIALS)
        .put32(16, sender.getPid())
        .put32(20, sender.getUid())
        .put32(24, sender.getGid())
        .toBytes();
  }

  private static FdState.Tcp tcp(Queues.Stream stream) {
    TcpStream tcp = stream.entry().message();
    return new FdState.Tcp(
        tcp.getInqSeq(),
        tcp.getOutqSeq(),
        id(stream.sent()),
        Integer.toUnsignedLong(tcp.getUnsqLen()),
        tcp.getMssClamp(),
        tcp.getOptMask(),
        tcp.getSndWscale(),
        tcp.getRcvWscale(),
        tcp.hasTimestamp() ? OptionalInt.of(tcp.getTimestamp()) : OptionalInt.empty(),
        tcp.hasSndWl1() ? Optional.of(window(tcp)) : Optional.empty());
  }

  private static Bytes window(TcpStream tcp) {
    return new WordBuffer(WINDOW_BYTES)
        .put32(0, tcp.getSndWl1())
        .put32(4, tcp.getSndWnd())
        .put32(8, tcp.getMaxWindow())
        .put32(12, tcp.getRcvWnd())
        .put32(16, tcp.getRcvWup())
        .toBytes();
  }
}
