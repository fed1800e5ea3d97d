package org.ckimg.writer;

import java.io.IOException;
import org.ckimg.spec.Format;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;

/** TCP, by description. */
final class TcpEncoder implements TableEncoder {
  private static final int MAX_SEGMENT = 0xffff;
  private static final int MAX_OPTIONS = 7;
  private static final int MAX_SCALE = 14;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    Sockets.forEach(
        context.checkpoint(),
        (open, socket) -> {
          if (socket.tcp().isPresent()) {
            table
                .begin("connection of description " + open.id())
                .require(socket.isConnection(), Rule.TCP_02, "the socket has no TCP connection");
            encode(table, context.checkpoint(), open, socket.tcp().get());
          }
        });
  }

  private static void encode(
      TableWriter table, Checkpoint checkpoint, OpenFile open, FdState.Tcp tcp) throws IOException {
    long queued = Queues.length(table, checkpoint, "send_queue", tcp.sendQueue(), Rule.TCP_03);
    int window = tcp.window().map(Bytes::length).orElse(FdState.Tcp.WINDOW_BYTES);
    table
        .require(window == FdState.Tcp.WINDOW_BYTES, Rule.TCP_04, "window has " + window + " bytes")
        .ascending(open.id())
        .u4(open.id())
        .u4(present(tcp))
        .u4(tcp.receiveSequence())
        .u4(tcp.sendSequence())
        .u4("send_queue", tcp.sendQueue().orElse(0), 0, Format.MAX_OBJECTS)
        .u4("segment", tcp.segment(), 0, MAX_SEGMENT)
        .u8("unsent", tcp.unsent(), 0, Format.MAX_FILE_BYTES)
        .require(tcp.unsent() <= queued, Rule.TCP_03, "more is unsent than the queue has")
        .u1("options", tcp.options(), 0, MAX_OPTIONS)
        .u1("send_scale", tcp.sendScale(), 0, MAX_SCALE)
        .u1("receive_scale", tcp.receiveScale(), 0, MAX_SCALE)
        .zero(1)
        .u4(tcp.timestamp())
        .blob(tcp.window())
        .end();
  }

  private static int present(FdState.Tcp tcp) {
    return new Bits()
        .set(tcp.timestamp(), Presence.Tcp.TIMESTAMP)
        .set(tcp.window(), Presence.Tcp.WINDOW)
        .value();
  }
}
