package org.ckimg.restorer.tree;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;

/**
 * Pipes and FIFOs of an image.
 *
 * @param byFile what they are and hold, by file id
 * @param written files that somebody has open for writing
 */
public record Pipes(Map<Integer, PipeState> byFile, Set<Integer> written) {
  /** Finds them. */
  public static Pipes of(Checkpoint checkpoint) {
    Map<Integer, PipeState> byFile = new HashMap<>();
    checkpoint.pipes().forEach(pipe -> byFile.put(pipe.file(), pipe));
    Set<Integer> written = new HashSet<>();
    for (OpenFile open : checkpoint.descriptions()) {
      if ((open.flags() & FileCalls.O_ACCMODE) != FileCalls.O_RDONLY) {
        open.file().ifPresent(written::add);
      }
    }
    return new Pipes(Map.copyOf(byFile), Set.copyOf(written));
  }

  /** What a pipe is and holds; empty where the image does not say. */
  public Optional<PipeState> of(int file) {
    return Optional.ofNullable(byFile.get(file));
  }
}
