package org.ckimg.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One part of a table. */
public final class Rows implements Draft {
  private final Table table;
  private final int item;
  private final List<Row> rows = new ArrayList<>();
  private int flags;

  Rows(Table table, int item) {
    this.table = table;
    this.item = item;
    this.flags = table.flags();
  }

  /** Adds a record: name, value, name, value … */
  public Rows add(Object... namesAndValues) {
    rows.add(new Row(table, namesAndValues));
    return this;
  }

  /** The record at {@code index}, to be changed. */
  public Row row(int index) {
    return rows.get(index);
  }

  /** The record that was added last, to be changed. */
  Row last() {
    return rows.getLast();
  }

  /** The records, to be moved or removed. */
  public List<Row> rows() {
    return rows;
  }

  /** Flags of the section head, in place of those that belong to the type. */
  public Rows flags(int value) {
    flags = value;
    return this;
  }

  int flags() {
    return flags;
  }

  @Override
  public int type() {
    return table.type();
  }

  @Override
  public int item() {
    return item;
  }

  Table table() {
    return table;
  }

  Canvas meta() {
    Canvas records = new Canvas();
    Canvas heap = new Canvas();
    for (int i = 0; i < rows.size(); i++) {
      Canvas record = new Canvas();
      record(record, heap, i);
      records.append(Integer.toString(i), record);
    }
    Canvas out = new Canvas();
    out.number("table/num_records", 4, rows.size());
    out.number("table/len_heap", 4, heap.length());
    out.number("table/reserved1", 8, 0);
    out.append(records);
    out.append("heap", heap);
    return out;
  }

  private void record(Canvas out, Canvas heap, int index) {
    Row row = rows.get(index);
    for (Table.Field field : table.fields()) {
      if (field.blob()) {
        byte[] value = row.bytes(field.name());
        out.number(field.name() + "/ofs", 4, value.length == 0 ? 0 : heap.length());
        out.number(field.name() + "/len", 4, value.length);
        heap.bytes(index + "/" + field.name(), value);
      } else if (field.bytes() > 8) {
        out.bytes(field.name(), Arrays.copyOf(row.bytes(field.name()), field.bytes()));
      } else {
        out.number(field.name(), field.bytes(), row.number(field.name()));
      }
    }
  }
}
