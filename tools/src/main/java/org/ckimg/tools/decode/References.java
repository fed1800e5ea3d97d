package org.ckimg.tools.decode;

import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;

/** Follows ids; an image that was cut may refer to what came behind the cut. */
public final class References {
  private References() {}

  /** The file with this id, when it is there. */
  public static Optional<FileFacts> file(Checkpoint checkpoint, OptionalInt id) {
    return id.isPresent() && id.getAsInt() <= checkpoint.files().size()
        ? Optional.of(checkpoint.file(id.getAsInt()))
        : Optional.empty();
  }

  /** The description with this id, when it is there. */
  public static Optional<OpenFile> description(Checkpoint checkpoint, int id) {
    return id <= checkpoint.descriptions().size()
        ? Optional.of(checkpoint.description(id))
        : Optional.empty();
  }
}
