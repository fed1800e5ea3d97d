package org.ckimg.tools.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Host;

/** Bytes of a program as words in the byte order of its machine. */
final class Words {
  private final ByteBuffer buffer;

  Words(Bytes bytes, Host host) {
    buffer =
        ByteBuffer.wrap(bytes.toArray())
            .order(host.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  int length() {
    return buffer.limit();
  }

  int word32(int offset) {
    return buffer.getInt(offset);
  }

  long word64(int offset) {
    return buffer.getLong(offset);
  }
}
