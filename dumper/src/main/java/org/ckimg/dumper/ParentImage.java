package org.ckimg.dumper;

import java.util.List;
import java.util.OptionalInt;
import org.ckimg.spec.model.KnownPages;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.Parent;

/**
 * The image that a dump continues.
 *
 * @param link what the new image says of it
 * @param objects of it
 * @param pages what it and those below it know of their pages
 */
public record ParentImage(Parent link, List<MemoryObject> objects, KnownPages pages) {
  /** Copies the list. */
  public ParentImage {
    objects = List.copyOf(objects);
  }

  /**
   * The base of an object: the one of the same kind at the same place among its kind. A bad match
   * costs space and nothing else, since only equal pages are inherited.
   *
   * @param before objects of the kind in front of it
   */
  OptionalInt base(MemoryObject.Kind kind, int before) {
    List<MemoryObject> alike = objects.stream().filter(o -> o.kind() == kind).toList();
    return before < alike.size() ? OptionalInt.of(alike.get(before).id()) : OptionalInt.empty();
  }
}
