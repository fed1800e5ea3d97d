package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.linux.sys.Sys;

/**
 * Hands open file descriptions from one process that is built to another, through a pair of sockets
 * that both have inherited: SCM_RIGHTS of unix(7), for which nobody needs a right over the other.
 *
 * @param in where a process sends
 * @param out where the other one receives
 */
record Mailbox(int in, int out) {
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  private static final int VECTOR = 56;
  private static final int CONTROL = 72;
  private static final int DESCRIPTOR = CONTROL + 16;
  private static final int DATA = DESCRIPTOR + 8;
  private static final int BYTES = DATA + 8;

  /** The number that the receiver has it under; close-on-exec. */
  int hand(Construction sender, int fd, Construction receiver) throws IOException {
    String what = "description handed on";
    long sent = message(sender, fd);
    sender.check("sendmsg", what, Sys.SENDMSG, in, sent, MSG_DONTWAIT);
    long place = message(receiver, -1);
    receiver.check("recvmsg", what, Sys.RECVMSG, out, place, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    int received =
        ByteBuffer.wrap(receiver.workbench().get(BYTES))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getInt(DESCRIPTOR);
    if (received < 0) {
      throw new IOException("fd %d of process %d did not arrive".formatted(fd, sender.pid()));
    }
    return received;
  }

  /** A {@code struct msghdr} with one byte and one descriptor. */
  private static long message(Construction process, int fd) throws IOException {
    long at = process.workbench().put(new byte[BYTES]);
    ByteBuffer header = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(16, at + VECTOR).putLong(24, 1).putLong(32, at + CONTROL).putLong(40, 24);
    header.putLong(VECTOR, at + DATA).putLong(VECTOR + 8, 1);
    header.putLong(CONTROL, 20).putInt(CONTROL + 8, SOL_SOCKET).putInt(CONTROL + 12, SCM_RIGHTS);
    header.putInt(DESCRIPTOR, fd);
    return process.workbench().put(header.array());
  }
}
