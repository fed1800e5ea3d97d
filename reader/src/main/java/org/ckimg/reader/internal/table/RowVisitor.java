package org.ckimg.reader.internal.table;

import org.ckimg.spec.ImageException;

/** Takes the records of a table that parse, in file order. */
@FunctionalInterface
public interface RowVisitor<R> {
  /** Takes one record. */
  void row(Row<R> row) throws ImageException;
}
