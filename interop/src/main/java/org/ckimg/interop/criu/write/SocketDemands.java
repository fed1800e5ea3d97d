package org.ckimg.interop.criu.write;

import java.util.Optional;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.UnixName;

/** What CRIU demands of sockets, and what of them it does not restore. */
final class SocketDemands {
  private static final int DATAGRAM = 2;
  private static final int BOTH = 3;
  private static final int LINK_AT = 24;

  private final Checkpoint checkpoint;
  private final Demands demands;

  SocketDemands(Checkpoint checkpoint, Demands demands) {
    this.checkpoint = checkpoint;
    this.demands = demands;
  }

  void find(OpenFile open) {
    demands.demand(open.state().isPresent(), "the state");
    if (open.state().orElse(null) instanceof FdState.Socket socket) {
      demands.refuse(
          socket.messages().stream()
              .flatMap(message -> message.control().stream())
              .anyMatch(control -> SenderEncoder.encode(control).isEmpty()),
          "what came with a message and is not its sender");
      if (open.type() == FdType.UNIX) {
        unix(socket);
      } else {
        inet(socket);
      }
    }
  }

  private void unix(FdState.Socket socket) {
    boolean half =
        socket.kind() != DATAGRAM
            && socket.state() == FdState.Socket.ESTABLISHED
            && socket.peer().isEmpty();
    demands.refuse(
        half && socket.shutdown() != BOTH, "a connection with somebody who is not in the image");
    Optional<UnixName> relative = UnixName.of(socket.local().orElse(Bytes.EMPTY));
    relative.filter(UnixName::isRelative).ifPresent(name -> relative(socket, name));
  }

  private void relative(FdState.Socket socket, UnixName name) {
    boolean found =
        socket.node().isPresent()
            && SocketEncoder.folder(checkpoint.file(socket.node().getAsInt()), name).isPresent();
    demands.demand(found, "the folder of the name " + name);
  }

  private void inet(FdState.Socket socket) {
    boolean isNamed =
        SocketEncoder.isAddress(socket.family(), socket.local())
            && SocketEncoder.isAddress(socket.family(), socket.remote());
    demands.refuse(!isNamed, "an address that is none of the socket's family");
    if (!isNamed) {
      return;
    }
    boolean tcp = SocketEncoder.isTcp(socket);
    demands.refuse(!tcp && !socket.messages().isEmpty(), "a datagram that nobody has received");
    demands.refuse(isOfLink(socket), "an address of one network interface");
    if (tcp) {
      switch (socket.state()) {
        case FdState.Socket.ESTABLISHED ->
            demands.demand(socket.tcp().isPresent(), "the sequence numbers of a connection");
        case FdState.Socket.CLOSED, FdState.Socket.LISTENING ->
            demands.refuse(!socket.messages().isEmpty(), "what a connection received that ended");
        default -> demands.refuse(true, "a connection in state " + socket.state());
      }
    }
  }

  /** IPv6 addresses of a link say which interface it is by a number of this machine alone. */
  private static boolean isOfLink(FdState.Socket socket) {
    if (socket.family() != SocketEncoder.AF_INET6 || socket.local().isEmpty()) {
      return false;
    }
    Bytes local = socket.local().get();
    return !local.slice(LINK_AT, local.length()).equals(Bytes.of(new byte[Integer.BYTES]));
  }
}
