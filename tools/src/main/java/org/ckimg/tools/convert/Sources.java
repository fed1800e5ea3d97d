package org.ckimg.tools.convert;

import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Origin;
import org.ckimg.tools.input.Subject;

/** Where a converted image says that it comes from. */
public final class Sources {
  private static final Origin UNKNOWN =
      new Origin(
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private Sources() {}

  /** That of a ckimg image is kept; any other gets the name of its format. */
  public static Optional<Origin> origin(Subject subject) {
    Optional<Origin> known = subject.checkpoint().origin();
    if (subject.image().isCkimg()) {
      return known;
    }
    Origin origin = known.orElse(UNKNOWN);
    return Optional.of(
        new Origin(
            origin.createdNanos(),
            origin.monotonicNanos(),
            origin.boottimeNanos(),
            origin.stopNanos(),
            origin.copyNanos(),
            origin.host(),
            origin.tool(),
            origin.codecs(),
            Optional.of(Bytes.utf8(subject.image().format()))));
  }
}
