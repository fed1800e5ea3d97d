package org.ckimg.dumper;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.ckimg.linux.remote.FrozenChild;
import org.ckimg.spec.model.Checkpoint;

/**
 * A stopped process as it is written.
 *
 * @param checkpoint all of it but for when it was made
 * @param objects in the order of writing
 * @param memory where pages come from
 * @param child that has the private memory, unless the process must stand still for it
 * @param clocks at the stop
 * @param notes what the caller should know
 */
record Capture(
    Checkpoint checkpoint,
    Objects objects,
    SnapshotMemory memory,
    Optional<FrozenChild> child,
    Clocks clocks,
    List<String> notes)
    implements AutoCloseable {
  @Override
  public void close() throws IOException {
    memory.close();
    if (child.isPresent()) {
      child.get().close();
    }
  }
}
