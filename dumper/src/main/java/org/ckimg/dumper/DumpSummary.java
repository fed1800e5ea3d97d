package org.ckimg.dumper;

import java.util.List;
import org.ckimg.writer.WrittenImage;

/**
 * What a dump came to.
 *
 * @param image what was written
 * @param stopNanos how long the program stood still
 * @param copyNanos from the first stop to the complete image
 * @param notes what the caller should know
 */
public record DumpSummary(WrittenImage image, long stopNanos, long copyNanos, List<String> notes) {
  /** Copies the list. */
  public DumpSummary {
    notes = List.copyOf(notes);
  }
}
