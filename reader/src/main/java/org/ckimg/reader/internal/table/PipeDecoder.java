package org.ckimg.reader.internal.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.spec.Presence;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.PipeState;

final class PipeDecoder {
  private final Ids objects;

  PipeDecoder(Ids objects) {
    this.objects = objects;
  }

  PipeState decode(Row<CkimgImage.Pipe> row) {
    CkimgImage.Pipe r = row.value();
    return new PipeState(
        (int) r.file(),
        new Optionals(r.present()).number(Presence.Pipe.CAPACITY, r.capacity()),
        objects.optional(r.queue()),
        packets(row.bytes(r.packets())));
  }

  /** Numbers of 4 bytes. */
  static List<Integer> packets(Bytes bytes) {
    ByteBuffer numbers = ByteBuffer.wrap(bytes.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> packets = new ArrayList<>(bytes.length() / Integer.BYTES);
    while (numbers.remaining() >= Integer.BYTES) {
      packets.add(numbers.getInt());
    }
    return packets;
  }
}
