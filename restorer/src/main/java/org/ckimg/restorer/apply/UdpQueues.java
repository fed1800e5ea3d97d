package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Endpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.SocketAddress;

/** Sends UDP sockets what they had received and not read, as far as it came from this host. */
final class UdpQueues {
  private static final int SO_REUSEADDR = 2;

  private final Construction construction;
  private final RemoteSockets remote;

  UdpQueues(Construction construction, RemoteSockets remote) {
    this.construction = construction;
    this.remote = remote;
  }

  /**
   * Sends one datagram.
   *
   * @param own the socket of the program that had sent it
   */
  void send(FdState.Socket to, FdState.Message message, Optional<Integer> own, byte[] bytes)
      throws IOException {
    Optional<Endpoint> sender = message.sender().flatMap(Endpoint::of);
    if (sender.filter(Endpoint::isLoopback).isEmpty()) {
      // Nobody can send it again; the audit has said so.
      return;
    }
    if (own.isPresent()) {
      remote.send(own.get(), bytes, target(to));
      return;
    }
    int fd = remote.make(to);
    remote.set(fd, SO_REUSEADDR, 1);
    if (remote.tryBind(fd, message.sender().get()) == 0) {
      remote.send(fd, bytes, target(to));
    } else {
      construction.note(
          "a datagram from %s is lost: somebody else has that address now"
              .formatted(
                  SocketAddress.text(construction.checkpoint().host(), message.sender().get())));
    }
    remote.close(fd);
  }

  private static Bytes target(FdState.Socket socket) {
    Bytes local = socket.local().orElseThrow();
    Endpoint endpoint = Endpoint.of(local).orElseThrow();
    return endpoint.isAny()
        ? Endpoint.loopback(socket.family(), endpoint.isOfIpv4(), endpoint.port())
        : local;
  }
}
