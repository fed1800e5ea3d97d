package org.ckimg.restorer.apply;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;

/** What waited in a pipe, a socket or a terminal. */
final class QueueBytes {
  private QueueBytes() {}

  /** The bytes of a queue, checked against their digests. */
  static byte[] read(Checkpoint checkpoint, int object) throws IOException {
    MemoryObject queue = checkpoint.object(object);
    int shift = checkpoint.host().pageShift();
    int pages = (int) (queue.length() + (1L << shift) - 1 >> shift);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate((long) pages << shift, 1L << shift);
      checkpoint.memory().read(object, 0, pages, into);
      return NativeBytes.bytes(into, queue.length());
    }
  }
}
