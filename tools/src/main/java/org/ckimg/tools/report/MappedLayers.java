package org.ckimg.tools.report;

import java.util.List;

/**
 * The layers of a process.
 *
 * @param pid of the process
 * @param mappings that have pages or that changed, by address
 */
public record MappedLayers(int pid, List<Bins> mappings) {
  /** Copies the list. */
  public MappedLayers {
    mappings = List.copyOf(mappings);
  }
}
