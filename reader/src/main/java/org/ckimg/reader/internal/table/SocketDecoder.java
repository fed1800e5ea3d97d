package org.ckimg.reader.internal.table;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.Presence;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdState;

/** Sockets by description, put together from four tables. */
final class SocketDecoder {
  private final Ids objects;
  private final Map<Long, FdState.Tcp> connections = new HashMap<>();
  private final Groups<FdState.Option> options = new Groups<>();
  private final Groups<FdState.Message> messages = new Groups<>();
  private final Map<Long, FdState> sockets = new HashMap<>();

  SocketDecoder(Ids objects) {
    this.objects = objects;
  }

  /** Reads all that is known of sockets. */
  void read(TableReader reader) throws IOException {
    reader.read(TableFormat.SOCKET_OPTIONS, this::option);
    reader.read(TableFormat.MESSAGES, this::message);
    reader.read(TableFormat.TCP, this::connection);
    reader.read(TableFormat.SOCKETS, this::socket);
  }

  /** The socket of this description; empty when it has none. */
  Optional<FdState> of(CkimgImage.Description r) {
    return Optional.ofNullable(sockets.get(r.id()));
  }

  private void option(Row<CkimgImage.SocketOption> row) {
    CkimgImage.SocketOption r = row.value();
    options.add(
        r.description(), new FdState.Option((int) r.level(), (int) r.name(), row.bytes(r.value())));
  }

  private void message(Row<CkimgImage.Message> row) {
    CkimgImage.Message r = row.value();
    Optionals p = new Optionals(r.present());
    messages.add(
        r.description(),
        new FdState.Message(
            r.length(),
            p.value(Presence.Message.SENDER, () -> row.bytes(r.sender())),
            p.value(Presence.Message.CONTROL, () -> row.bytes(r.control()))));
  }

  private void connection(Row<CkimgImage.TcpConnection> row) {
    CkimgImage.TcpConnection r = row.value();
    Optionals p = new Optionals(r.present());
    connections.put(
        r.description(),
        new FdState.Tcp(
            (int) r.receiveSequence(),
            (int) r.sendSequence(),
            objects.optional(r.sendQueue()),
            r.unsent(),
            (int) r.segment(),
            r.options(),
            r.sendScale(),
            r.receiveScale(),
            p.number(Presence.Tcp.TIMESTAMP, r.timestamp()),
            p.value(Presence.Tcp.WINDOW, () -> row.bytes(r.window()))));
  }

  private void socket(Row<CkimgImage.Socket> row) {
    CkimgImage.Socket r = row.value();
    Optionals p = new Optionals(r.present());
    sockets.put(
        r.description(),
        new FdState.Socket(
            r.family(),
            r.kind(),
            (int) r.protocol(),
            r.state(),
            p.number(Presence.Socket.BACKLOG, r.backlog()),
            r.shutdown(),
            p.value(Presence.Socket.LOCAL, () -> row.bytes(r.local())),
            p.value(Presence.Socket.REMOTE, () -> row.bytes(r.remote())),
            named(r.peer()),
            named(r.node()),
            options.of(r.description()),
            objects.optional(r.queue()),
            messages.of(r.description()),
            Optional.ofNullable(connections.get(r.description()))));
  }

  /** An id of a table that lies in front of this one, so that no cut hides it. */
  private static OptionalInt named(long id) {
    return id == 0 ? OptionalInt.empty() : OptionalInt.of((int) id);
  }
}
