package org.ckimg.interop;

import java.util.List;

/**
 * A table of what an image says beside the checkpoint. Nothing that ckimg restores is in one.
 *
 * @param name such as {@code mounts}; lower case, words joined by a hyphen
 * @param rows in the order of the image
 */
public record Annex(String name, List<Row> rows) {
  /** Copies the list. */
  public Annex {
    rows = List.copyOf(rows);
  }
}
