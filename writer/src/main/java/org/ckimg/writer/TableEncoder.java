package org.ckimg.writer;

import java.io.IOException;

/** Turns one part of the model into the records of one table. */
@FunctionalInterface
interface TableEncoder {
  /** Writes all records; a model that breaks a rule is refused. */
  void encode(Context context, TableWriter table) throws IOException;
}
