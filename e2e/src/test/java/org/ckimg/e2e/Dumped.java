package org.ckimg.e2e;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.tree.SharedSegment;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;

/**
 * A program that was dumped and ended, and what is there of it when it was brought back in this
 * virtual machine.
 *
 * @param program name of its source, and so of its processes
 * @param pids of the image
 * @param segments ids of its System V shared memory
 */
record Dumped(Victim victim, Path image, String program, List<Integer> pids, Set<Integer> segments)
    implements AutoCloseable {
  static Dumped of(Victim victim, Path image, String program) throws IOException {
    try (FileChannel file = FileChannel.open(image);
        ImageReader reader = ImageReader.open(file)) {
      Checkpoint checkpoint = reader.checkpoint();
      Set<Integer> segments = new TreeSet<>();
      SharedSegment.of(checkpoint).forEach(segment -> segments.add(segment.id()));
      return new Dumped(
          victim,
          image,
          program,
          checkpoint.processes().stream().map(ProcessState::pid).toList(),
          segments);
    }
  }

  /**
   * Pids of the image that its program has. The dead may wait for process 1 to bury them, and a
   * number that has become free may be somebody else's, a thread's even.
   */
  Set<Integer> tasks() {
    Set<Integer> there = withTheDead();
    there.removeIf(pid -> !Task.ofRecent(pid).isAlive());
    return there;
  }

  private Set<Integer> withTheDead() {
    Set<Integer> there = new TreeSet<>(pids);
    there.removeIf(pid -> !isOurs(pid));
    return there;
  }

  /** Until the dead are buried their pids are taken, and a restore would choose another way. */
  void awaitBurial() throws Exception {
    Await.until(() -> "the burial of " + withTheDead(), () -> withTheDead().isEmpty());
  }

  private boolean isOurs(int pid) {
    try {
      String name = Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
      return name.startsWith(program) || name.startsWith("ckimg-");
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends what is there of it: a restored tree has more than the process that was waited for. */
  void endAll() throws Exception {
    for (int pid : tasks()) {
      Task.ofRecent(pid).kill();
    }
    Await.until(() -> "the end of all", () -> tasks().isEmpty());
  }

  @Override
  public void close() {
    victim.close();
  }
}
