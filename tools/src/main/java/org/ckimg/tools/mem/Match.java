package org.ckimg.tools.mem;

import java.util.List;
import org.ckimg.spec.model.Bytes;

/**
 * Bytes that were looked for.
 *
 * @param places where the program had them: several for memory that is shared
 * @param before bytes in front of them, at most {@value Search#CONTEXT}
 * @param bytes the match
 * @param after bytes behind it
 */
public record Match(List<Place> places, Bytes before, Bytes bytes, Bytes after) {
  /** Copies the list. */
  public Match {
    places = List.copyOf(places);
  }
}
