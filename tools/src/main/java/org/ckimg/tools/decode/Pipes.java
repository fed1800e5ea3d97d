package org.ckimg.tools.decode;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;

/** The pipes of a checkpoint by the file that their ends share. */
public final class Pipes {
  private final Map<Integer, PipeState> byFile = new HashMap<>();

  /** Of this checkpoint. */
  public Pipes(Checkpoint checkpoint) {
    checkpoint.pipes().forEach(pipe -> byFile.put(pipe.file(), pipe));
  }

  /** The pipe that a description is an end of, when more is known of it. */
  public Optional<PipeState> of(OpenFile open) {
    boolean pipe = open.type() == FdType.PIPE || open.type() == FdType.FIFO;
    return pipe && open.file().isPresent()
        ? Optional.ofNullable(byFile.get(open.file().getAsInt()))
        : Optional.empty();
  }
}
