package org.ckimg.tools.convert;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.Origin;
import org.ckimg.spec.model.UnknownSection;
import org.ckimg.tools.input.Subject;

/** A checkpoint that needs no other, for a new image. */
public final class Standalone {
  private Standalone() {}

  /** The same without a parent; sections that may speak of it are left out. */
  public static Checkpoint of(Checkpoint checkpoint) {
    return of(checkpoint, checkpoint.partial(), checkpoint.origin());
  }

  /** Of an image of another format, as evidence where the model does not have all of it. */
  public static Checkpoint of(Subject subject) {
    boolean evidence =
        subject.checkpoint().partial()
            || !subject.image().complete()
            || !subject.image().leftOut().isEmpty();
    return of(subject.checkpoint(), evidence, Sources.origin(subject));
  }

  /** The same with another origin, and no process 0. */
  public static Checkpoint of(Checkpoint checkpoint, boolean partial, Optional<Origin> origin) {
    List<MemoryObject> objects =
        checkpoint.objects().stream()
            .map(
                o -> new MemoryObject(o.id(), o.kind(), o.length(), o.owner(), OptionalInt.empty()))
            .toList();
    OptionalInt id = FreeId.of(checkpoint);
    return new Checkpoint(
        checkpoint.host(),
        Optional.empty(),
        partial,
        checkpoint.redacted(),
        id.isEmpty()
            ? checkpoint.processes()
            : checkpoint.processes().stream().map(p -> FreeId.in(p, id.getAsInt())).toList(),
        checkpoint.descriptions(),
        checkpoint.files(),
        checkpoint.terminals(),
        checkpoint.pipes(),
        objects,
        origin,
        checkpoint.extras().stream().filter(UnknownSection::safeToCopy).toList(),
        checkpoint.memory());
  }

  /** What speaks of other sections may be wrong in the new image. */
  public static List<String> losses(Checkpoint checkpoint) {
    return checkpoint.extras().stream()
        .filter(section -> !section.safeToCopy())
        .map(s -> "section 0x%04x is not safe to copy: left out".formatted(s.type()))
        .toList();
  }
}
