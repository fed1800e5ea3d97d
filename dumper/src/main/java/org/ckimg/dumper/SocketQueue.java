package org.ckimg.dumper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.linux.net.Peek;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.linux.sys.Poll;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;

/**
 * What a socket has received and its program has not read. It stays there: SO_PEEK_OFF lets one
 * look behind the first message, and is put back.
 *
 * @param bytes of all messages
 * @param messages their lengths, senders and ancillary data
 * @param refusal what cannot be captured
 */
record SocketQueue(byte[] bytes, List<FdState.Message> messages, Optional<String> refusal) {
  /** A longer message is refused. */
  private static final int MAX_MESSAGE = 256 << 10;

  private static final int FAMILY_BYTES = 2;

  /** Nothing was received. */
  static final SocketQueue NONE = new SocketQueue(new byte[0], List.of(), Optional.empty());

  /** Looks; the socket's own program stands still, and nobody else has it. */
  static SocketQueue read(SocketCollector.Open socket) throws IOException {
    int fd = socket.copy();
    if ((Poll.events(fd, Poll.IN) & Poll.IN) == 0) {
      if (socket.kind().hasMessages()) {
        HiddenMessages.forget(fd);
      }
      return NONE;
    }
    if (socket.kind().hasMessages()) {
      return readAll(socket, MAX_MESSAGE);
    }
    if (Peek.hasUrgentByte(fd)) {
      return refused("an urgent byte");
    }
    int length = SocketCalls.received(fd);
    return length == 0 ? NONE : readStream(socket, length);
  }

  private static SocketQueue refused(String what) {
    return new SocketQueue(new byte[0], List.of(), Optional.of(what));
  }

  /** All at once, unless something came with some of the bytes. */
  private static SocketQueue readStream(SocketCollector.Open socket, int length)
      throws IOException {
    Gatherer gatherer = new Gatherer(socket.kind());
    try (Peek peek = new Peek(socket.copy(), false, length)) {
      peek.next().ifPresent(gatherer::add);
    }
    return gatherer.bytes.size() == length ? gatherer.queue() : readAll(socket, length);
  }

  private static SocketQueue readAll(SocketCollector.Open socket, int room) throws IOException {
    int fd = socket.copy();
    HiddenMessages hidden = new HiddenMessages(fd);
    Gatherer gatherer = new Gatherer(socket.kind());
    try (Peek peek = new Peek(fd, socket.kind().hasMessages(), room)) {
      SocketCalls.set(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_PEEK_OFF, 0);
      Optional<Peek.Message> next = peek.next();
      while (next.isPresent() && !gatherer.cut && !isEnd(socket, next.get(), gatherer)) {
        gatherer.add(next.get());
        hidden.see(next.get().bytes());
        next = peek.next();
      }
      boolean messages = socket.kind().hasMessages();
      if (hidden.lost() || messages && hidesFirst(socket, peek, gatherer)) {
        return refused("an empty message, which the kernel shows to one dump only");
      }
    } finally {
      hidden.close();
    }
    return gatherer.queue();
  }

  /** Behind an offset the kernel passes over an empty message that it has shown before. */
  private static boolean hidesFirst(SocketCollector.Open socket, Peek peek, Gatherer seen)
      throws IOException {
    int fd = socket.copy();
    SocketCalls.set(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_PEEK_OFF, -1);
    Optional<Peek.Message> first = peek.next();
    boolean empty = first.isPresent() && first.get().bytes().length == 0;
    return empty
        && (seen.messages.isEmpty() ? !isOver(socket) : seen.messages.getFirst().length() != 0);
  }

  /** True when reading nothing is how a connection with messages ends. */
  private static boolean isOver(SocketCollector.Open socket) throws IOException {
    return socket.kind() == SocketKind.UNIX_SEQPACKET
        && (Poll.events(socket.copy(), Poll.RDHUP) & Poll.RDHUP) != 0;
  }

  /**
   * Nothing read is the end of a stream, but may be a message where there are such; the last ones
   * before the end of a connection are like the end.
   */
  private static boolean isEnd(SocketCollector.Open socket, Peek.Message message, Gatherer seen)
      throws IOException {
    if (message.bytes().length > 0) {
      return false;
    }
    return switch (socket.kind()) {
      case UNIX_STREAM, TCP -> true;
      case UNIX_SEQPACKET ->
          isOver(socket) && seen.bytes.size() == SocketCalls.received(socket.copy());
      case UNIX_DATAGRAM, UDP -> false;
    };
  }

  /** Adds messages up. */
  private static final class Gatherer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<FdState.Message> messages = new ArrayList<>();
    private final boolean senders;
    private boolean descriptors;
    private boolean cut;

    /** Of a connection it is known who has sent everything. */
    Gatherer(SocketKind kind) {
      senders = !kind.isConnected();
    }

    void add(Peek.Message message) {
      cut |= message.cut();
      descriptors |= message.descriptors();
      bytes.writeBytes(message.bytes());
      messages.add(
          new FdState.Message(
              message.bytes().length,
              senders && message.sender().length > FAMILY_BYTES
                  ? Optional.of(Bytes.of(message.sender()))
                  : Optional.empty(),
              message.control().length > 0
                  ? Optional.of(Bytes.of(message.control()))
                  : Optional.empty()));
    }

    SocketQueue queue() {
      if (cut) {
        return refused("a message of more than %d bytes".formatted(MAX_MESSAGE));
      }
      return descriptors
          ? refused("descriptors in its queue")
          : new SocketQueue(bytes.toByteArray(), messages, Optional.empty());
    }
  }
}
