package org.ckimg.reader.internal.table;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.spec.Presence;
import org.ckimg.spec.ksy.CkimgImage;
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
        lengths(row.numbers(r.packets())));
  }

  /** How a queue is cut. */
  static List<Integer> lengths(IntBuffer numbers) {
    List<Integer> lengths = new ArrayList<>(numbers.remaining());
    while (numbers.hasRemaining()) {
      lengths.add(numbers.get());
    }
    return lengths;
  }
}
