package org.ckimg.reader.internal.table;

import java.util.OptionalInt;

/**
 * Ids that name a record which is there. In a file that was cut, what lay behind the cut is absent.
 *
 * @param count number of records
 */
record Ids(long count) {
  OptionalInt optional(long id) {
    return id > 0 && id <= count ? OptionalInt.of((int) id) : OptionalInt.empty();
  }
}
