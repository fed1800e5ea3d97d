package org.ckimg.writer;

import java.io.IOException;
import org.ckimg.spec.Format;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;

/** SOCKETS, by description. */
final class SocketEncoder implements TableEncoder {
  private static final int MAX_FAMILY = 0xffff;
  private static final int MAX_KIND = 10;
  private static final int MAX_STATE = 13;
  private static final int MAX_SHUTDOWN = 3;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    Checkpoint checkpoint = context.checkpoint();
    Sockets.forEach(
        checkpoint,
        (open, socket) -> {
          table.begin("socket of description " + open.id());
          check(table, checkpoint, open, socket);
          encode(table, open, socket);
        });
  }

  private static void check(
      TableWriter table, Checkpoint checkpoint, OpenFile open, FdState.Socket socket) {
    table
        .reference("peer", socket.peer(), checkpoint.descriptions().size(), Rule.SCK_04)
        .reference("node", socket.node(), checkpoint.files().size(), Rule.SCK_04);
    if (socket.peer().isPresent()) {
      FdType other = checkpoint.description(socket.peer().getAsInt()).type();
      table.require(other == open.type(), Rule.SCK_04, "peer is of type " + other);
    }
    Queues.length(table, checkpoint, "queue", socket.queue(), Rule.SCK_04);
    Sockets.requireAddress(table, "local", socket.local(), Rule.SCK_03);
    Sockets.requireAddress(table, "remote", socket.remote(), Rule.SCK_03);
  }

  private static void encode(TableWriter table, OpenFile open, FdState.Socket socket)
      throws IOException {
    table
        .ascending(open.id())
        .u4(open.id())
        .u4(present(socket))
        .u2("family", socket.family(), 1, MAX_FAMILY)
        .u1("kind", socket.kind(), 1, MAX_KIND)
        .u1("state", socket.state(), 1, MAX_STATE)
        .u4(socket.protocol())
        .u4(socket.backlog())
        .u1("shutdown", socket.shutdown(), 0, MAX_SHUTDOWN)
        .zero(3)
        .blob(socket.local())
        .blob(socket.remote())
        .u4("peer", socket.peer().orElse(0), 0, ProcessEncoder.MAX_ID)
        .u4("node", socket.node().orElse(0), 0, ProcessEncoder.MAX_ID)
        .u4("queue", socket.queue().orElse(0), 0, Format.MAX_OBJECTS)
        .end();
  }

  private static int present(FdState.Socket socket) {
    return new Bits()
        .set(socket.backlog(), Presence.Socket.BACKLOG)
        .set(socket.local(), Presence.Socket.LOCAL)
        .set(socket.remote(), Presence.Socket.REMOTE)
        .value();
  }
}
