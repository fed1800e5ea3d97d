package org.ckimg.dumper;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.ckimg.linux.remote.FrozenChild;
import org.ckimg.spec.model.Checkpoint;

/**
 * Stopped processes as they are written.
 *
 * @param checkpoint all of it but for when it was made
 * @param objects in the order of writing
 * @param memory where pages come from
 * @param children that have the private memory, by the pid of the process; none when the processes
 *     must stand still for it
 * @param connections of TCP, when the processes are to be killed
 * @param clocks at the stop
 * @param notes what the caller should know
 */
record Capture(
    Checkpoint checkpoint,
    Objects objects,
    SnapshotMemory memory,
    Map<Integer, FrozenChild> children,
    HeldConnections connections,
    Clocks clocks,
    List<String> notes)
    implements AutoCloseable {
  boolean isForked() {
    return !children.isEmpty();
  }

  /** Brings the copies to rest, when the processes were let go: from now on they are read. */
  void freeze() throws IOException {
    for (Map.Entry<Integer, FrozenChild> child : children.entrySet()) {
      child.getValue().freeze();
      memory.readPrivateFrom(child.getKey(), child.getValue().pid());
    }
  }

  @Override
  public void close() throws IOException {
    memory.close();
    try {
      connections.close();
    } finally {
      closeAll(children);
    }
  }

  /** Ends copies that are not needed any more. */
  static void closeAll(Map<Integer, FrozenChild> children) throws IOException {
    for (FrozenChild child : children.values()) {
      child.close();
    }
  }
}
