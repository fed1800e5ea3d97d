package org.ckimg.writer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;

/** Objects with bytes that wait in a pipe, socket or terminal. */
final class Queues {
  private Queues() {}

  /** Checks that an object is such a queue; absent is one of no bytes. */
  static long length(
      TableWriter table, Checkpoint checkpoint, String field, OptionalInt id, Rule rule) {
    table.reference(field, id, checkpoint.objects().size(), rule);
    if (id.isEmpty()) {
      return 0;
    }
    MemoryObject object = checkpoint.object(id.getAsInt());
    boolean queue = object.kind() == MemoryObject.Kind.QUEUE;
    table.require(queue, rule, field + " is an object of kind " + object.kind());
    return object.length();
  }

  /** How a queue is cut, 4 bytes for each length. */
  static Bytes lengths(List<Integer> lengths) {
    ByteBuffer bytes =
        ByteBuffer.allocate(lengths.size() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    lengths.forEach(bytes::putInt);
    return Bytes.of(bytes.array());
  }
}
