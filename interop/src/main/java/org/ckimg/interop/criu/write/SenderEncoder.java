package org.ckimg.interop.criu.write;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ckimg.interop.criu.proto.SenderCredentials;
import org.ckimg.spec.model.Bytes;

/** Who sent a message, of what recvmsg(2) gives beside it: SCM_CREDENTIALS of unix(7). */
final class SenderEncoder {
  private static final int LENGTH = 28;
  private static final int PADDED = 32;
  private static final long SOCKET_CREDENTIALS = 2L << Integer.SIZE | 1;

  private SenderEncoder() {}

  /** Empty when there is anything else. */
  static Optional<SenderCredentials> encode(Bytes control) {
    if (control.length() != LENGTH && control.length() != PADDED) {
      return Optional.empty();
    }
    ByteBuffer words = ByteBuffer.wrap(control.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    boolean isSender = words.getLong() == LENGTH && words.getLong() == SOCKET_CREDENTIALS;
    return isSender
        ? Optional.of(
            SenderCredentials.newBuilder()
                .setPid(words.getInt())
                .setUid(words.getInt())
                .setGid(words.getInt())
                .build())
        : Optional.empty();
  }
}
