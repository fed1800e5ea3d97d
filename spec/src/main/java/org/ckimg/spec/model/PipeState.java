package org.ckimg.spec.model;

import java.util.List;
import java.util.OptionalInt;

/**
 * A pipe or FIFO that some description has open.
 *
 * @param file id of its file; the ends of one pipe have one file
 * @param capacity F_GETPIPE_SZ, bytes
 * @param queue id of the object with the bytes that were written and not read
 * @param packets lengths of the packets in the queue, oldest first, bytes, at least 1 each; empty
 *     for a pipe that is a stream
 */
public record PipeState(int file, OptionalInt capacity, OptionalInt queue, List<Integer> packets) {
  /** Copies the list. */
  public PipeState {
    packets = List.copyOf(packets);
  }
}
