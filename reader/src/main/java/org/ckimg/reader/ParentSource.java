package org.ckimg.reader;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import org.ckimg.spec.model.Digest;

/** Finds images by their identity. */
@FunctionalInterface
public interface ParentSource {
  /** Finds nothing: inherited pages cannot be read. */
  ParentSource NONE = identity -> Optional.empty();

  /**
   * The image with this identity.
   *
   * @return a channel to the whole file, which the caller closes; empty when there is none
   */
  Optional<FileChannel> find(Digest identity) throws IOException;
}
