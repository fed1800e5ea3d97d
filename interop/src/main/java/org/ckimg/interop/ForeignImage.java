package org.ckimg.interop;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.Finding;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.PageRuns;

/**
 * A checkpoint in a format of others, open for reading. Its memory is read when it is asked for, so
 * this must stay open as long as that. For one thread at a time.
 */
public interface ForeignImage extends Closeable {
  /** {@code criu}, {@code elf-core} or {@code dragonfly}. */
  String format();

  /** Size of all that belongs to it, bytes; of an archive, as it is stored. */
  long lengthBytes();

  /** False when the end is missing and this is what could be salvaged. */
  boolean complete();

  /** What is in it. What the format does not know is absent. */
  Checkpoint checkpoint();

  /**
   * Pages of an object that were found in a parent image; {@link Checkpoint#memory} reads them like
   * all others.
   */
  default PageRuns inherited(int object) throws IOException {
    return PageRuns.EMPTY;
  }

  /** The container that it was taken from. */
  Optional<Container> container();

  /** What is known beside the checkpoint, such as mounts or statistics. */
  List<Annex> annexes();

  /** Rules that are broken where that does not keep the rest from being read. */
  default List<Finding> findings() {
    return List.of();
  }

  /**
   * State of the program that {@link #checkpoint} has no place for, one line each: without it the
   * program would be another one, so it is never restored.
   */
  default List<String> leftOut() {
    return List.of();
  }

  /** What a reader should know before trusting the rest: what was not understood, or is missing. */
  List<String> warnings();
}
