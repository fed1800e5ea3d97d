package org.ckimg.interop.criu.write;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.FileOwner;
import org.ckimg.interop.criu.proto.FilePermissions;
import org.ckimg.interop.criu.proto.InetSocket;
import org.ckimg.interop.criu.proto.UnixSocket;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.UnixName;

/** Sockets of the families that CRIU restores without a network namespace of their own. */
final class SocketEncoder {
  static final int AF_UNIX = 1;
  static final int AF_INET6 = 10;
  private static final int FAMILY_BYTES = 2;
  private static final int IPV4_BYTES = 16;
  private static final int IPV4_WORDS = 1;
  private static final int IPV4_AT = 4;
  private static final int IPV6_BYTES = 28;
  private static final int IPV6_WORDS = 4;
  private static final int IPV6_AT = 8;
  private static final int STREAM = 1;
  private static final int TCP = 6;
  private static final int UDP = 17;

  private final Checkpoint checkpoint;
  private final FileNumbers numbers;

  SocketEncoder(Checkpoint checkpoint, FileNumbers numbers) {
    this.checkpoint = checkpoint;
    this.numbers = numbers;
  }

  FileEntry unix(FileEntry.Builder entry, OpenFile open, FileOwner owner) {
    FdState.Socket socket = (FdState.Socket) open.state().orElseThrow();
    UnixSocket.Builder unix =
        UnixSocket.newBuilder()
            .setId(entry.getId())
            .setIno(numbers.inode(open.id()))
            .setType(socket.kind())
            .setState(socket.state())
            .setFlags(open.flags())
            .setUflags(0)
            .setBacklog(backlog(socket))
            .setPeer(socket.peer().isPresent() ? numbers.inode(socket.peer().getAsInt()) : 0)
            .setFown(owner)
            .setOpts(SocketOptionEncoder.common(socket))
            .setName(ByteString.EMPTY)
            .setNsId(TaskEncoder.NETWORK);
    if (socket.shutdown() != 0) {
      unix.setShutdown(socket.shutdown());
    }
    UnixName.of(socket.local().orElse(Bytes.EMPTY)).ifPresent(name -> bind(socket, name, unix));
    return entry.setUsk(unix).build();
  }

  /** The number has no meaning for a socket that does not listen. */
  private static int backlog(FdState.Socket socket) {
    return socket.state() == FdState.Socket.LISTENING ? socket.backlog().orElse(0) : 0;
  }

  private void bind(FdState.Socket socket, UnixName name, UnixSocket.Builder unix) {
    Bytes local = socket.local().orElseThrow();
    unix.setName(FileEncoder.text(local.slice(FAMILY_BYTES, local.length())));
    Optional<FileFacts> node = node(socket.node());
    if (node.isEmpty() && !name.isAbstract()) {
      unix.setDeleted(true);
    }
    node.flatMap(file -> folder(file, name)).ifPresent(at -> unix.setNameDir(FileEncoder.text(at)));
    node.flatMap(SocketEncoder::permissions).ifPresent(unix::setFilePerms);
  }

  private Optional<FileFacts> node(OptionalInt file) {
    return file.isPresent() ? Optional.of(checkpoint.file(file.getAsInt())) : Optional.empty();
  }

  /** Where a relative name starts; empty for another name, or when the file is not called so. */
  static Optional<Bytes> folder(FileFacts file, UnixName name) {
    int length = file.path().length() - name.bytes().length() - 1;
    boolean isEnd =
        length > 0
            && file.path().at(length) == '/'
            && file.path().slice(length + 1, file.path().length()).equals(name.bytes());
    return name.isRelative() && isEnd
        ? Optional.of(file.path().slice(0, length))
        : Optional.empty();
  }

  private static Optional<FilePermissions> permissions(FileFacts file) {
    return file.mode().isPresent()
        ? file.status()
            .owner()
            .map(owner ->
                FilePermissions.newBuilder()
                    .setMode(file.mode().getAsInt())
                    .setUid(owner.uid())
                    .setGid(owner.gid())
                    .build())
        : Optional.empty();
  }

  FileEntry inet(FileEntry.Builder entry, OpenFile open, FileOwner owner) {
    FdState.Socket socket = (FdState.Socket) open.state().orElseThrow();
    InetSocket.Builder inet =
        InetSocket.newBuilder()
            .setId(entry.getId())
            .setIno(numbers.inode(open.id()))
            .setFamily(socket.family())
            .setType(socket.kind())
            .setProto(protocol(socket))
            .setState(socket.state())
            .setFlags(open.flags())
            .setBacklog(backlog(socket))
            .setSrcPort(port(socket.local()))
            .setDstPort(port(socket.remote()))
            .addAllSrcAddr(address(socket.family(), socket.local()))
            .addAllDstAddr(address(socket.family(), socket.remote()))
            .setFown(owner)
            .setNsId(TaskEncoder.NETWORK);
    SocketOptionEncoder.add(socket, inet);
    if (socket.shutdown() != 0) {
      inet.setShutdown(socket.shutdown());
    }
    return entry.setIsk(inet).build();
  }

  /** CRIU numbers also the only protocol of a kind. */
  static int protocol(FdState.Socket socket) {
    if (socket.protocol() != 0) {
      return socket.protocol();
    }
    return socket.kind() == STREAM ? TCP : UDP;
  }

  static boolean isTcp(FdState.Socket socket) {
    return FdType.ofSocket(socket.family()) == FdType.INET
        && socket.kind() == STREAM
        && protocol(socket) == TCP;
  }

  private static int port(Optional<Bytes> address) {
    return address
        .map(
            bytes -> Byte.toUnsignedInt(bytes.at(2)) << Byte.SIZE | Byte.toUnsignedInt(bytes.at(3)))
        .orElse(0);
  }

  /** True when there is none, or it is one of the socket's family. */
  static boolean isAddress(int family, Optional<Bytes> address) {
    int length = family == AF_INET6 ? IPV6_BYTES : IPV4_BYTES;
    return address.isEmpty()
        || address.get().length() == length && address.get().at(0) == (byte) family;
  }

  /** Words as they lie in memory. */
  private static List<Integer> address(int family, Optional<Bytes> address) {
    int count = family == AF_INET6 ? IPV6_WORDS : IPV4_WORDS;
    ByteBuffer words = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int at = family == AF_INET6 ? IPV6_AT : IPV4_AT;
    address.ifPresent(bytes -> words.put(0, bytes.slice(at, at + words.capacity()).toArray()));
    List<Integer> values = new ArrayList<>();
    while (words.hasRemaining()) {
      values.add(words.getInt());
    }
    return values;
  }
}
