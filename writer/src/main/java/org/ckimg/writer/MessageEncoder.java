package org.ckimg.writer;

import java.io.IOException;
import java.util.List;
import org.ckimg.spec.Format;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;

/** MESSAGES, by description and number. */
final class MessageEncoder implements TableEncoder {
  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    Sockets.forEach(
        context.checkpoint(),
        (open, socket) -> {
          table.begin("socket of description " + open.id());
          long length =
              Queues.length(table, context.checkpoint(), "queue", socket.queue(), Rule.SCK_04);
          long rest = encode(table, open, socket.messages(), length);
          table.require(rest == 0, Rule.MSG_03, "the queue has %d bytes more".formatted(rest));
        });
  }

  /** Writes the messages and tells how much of the queue is left. */
  private static long encode(
      TableWriter table, OpenFile open, List<FdState.Message> messages, long length)
      throws IOException {
    long rest = length;
    for (int number = 0; number < messages.size(); number++) {
      FdState.Message message = messages.get(number);
      table.begin("description " + open.id() + ", message " + number);
      Sockets.requireAddress(table, "sender", message.sender(), Rule.MSG_02);
      table
          .u4(open.id())
          .u4("number", number, 0, Integer.MAX_VALUE)
          .u4(present(message))
          .zero(4)
          .u8("length", message.length(), 0, Format.MAX_FILE_BYTES)
          .require(message.length() <= rest, Rule.MSG_03, "it ends behind the queue")
          .blob(message.sender())
          .blob(message.control())
          .end();
      rest -= message.length();
    }
    return rest;
  }

  private static int present(FdState.Message message) {
    return new Bits()
        .set(message.sender(), Presence.Message.SENDER)
        .set(message.control(), Presence.Message.CONTROL)
        .value();
  }
}
