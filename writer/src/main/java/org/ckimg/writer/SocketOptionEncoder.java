package org.ckimg.writer;

import java.io.IOException;
import org.ckimg.spec.model.FdState;

/** SOCKET_OPTIONS, by description, level and name. */
final class SocketOptionEncoder implements TableEncoder {
  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    Sockets.forEach(
        context.checkpoint(),
        (open, socket) -> {
          for (FdState.Option option : socket.options()) {
            table
                .begin("socket of description " + open.id() + ", " + option)
                .ascending(open.id(), option.level(), option.name())
                .u4(open.id())
                .u4("level", option.level(), 0, Integer.MAX_VALUE)
                .u4("name", option.name(), 0, Integer.MAX_VALUE)
                .zero(4)
                .blob(option.value())
                .end();
          }
        });
  }
}
