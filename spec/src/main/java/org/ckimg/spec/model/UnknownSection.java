package org.ckimg.spec.model;

import org.ckimg.spec.Format;

/**
 * An optional section that this version does not understand: kept, listed, copied when that is
 * safe.
 *
 * @param type section type, see FORMAT.md
 * @param flags flags of the section head
 * @param item part number or object id of the section head
 * @param content the section's meta
 */
public record UnknownSection(int type, int flags, int item, Bytes content) {
  /** True when it stays right whatever else changes. */
  public boolean safeToCopy() {
    return (flags & Format.FLAG_SAFE_TO_COPY) != 0;
  }
}
