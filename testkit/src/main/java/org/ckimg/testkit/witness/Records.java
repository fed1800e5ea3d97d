package org.ckimg.testkit.witness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.testkit.Numbers;
import org.ckimg.testkit.Table;

/**
 * The records of a table: section 6 of FORMAT.md. A number is a Long as it stands, without a sign;
 * bytes, in the record or in the heap, are a String of hex digits.
 */
final class Records {
  private static final int HEAD = 16;
  private static final int MAX_META = 1 << 24;
  private static final int MAX_RECORDS = 1 << 20;

  private final Table table;
  private final List<Map<String, Object>> rows = new ArrayList<>();
  private int parts;
  private boolean open = true;
  private int lastMeta;
  private int lastRecords;

  Records(Table table) {
    this.table = table;
  }

  /** Adds the next part. */
  void add(Part part) throws Refusal {
    Refusal.unless(open, table + " goes on behind its last part");
    Refusal.unless(part.item() == parts, table + " part " + part.item());
    Refusal.unless((part.flags() & ~4) == table.flags(), table + " flags " + part.flags());
    open = (part.flags() & 4) != 0;
    byte[] meta = part.meta();
    Refusal.unless(meta.length >= HEAD, table + " without a head");
    int records = (int) Refusal.range("num_records", Numbers.get(meta, 0, 4), 0, MAX_RECORDS);
    long heap = Refusal.range("len_heap", Numbers.get(meta, 4, 4), 0, MAX_META);
    Part.zero(meta, 8, HEAD);
    long heapStart = HEAD + (long) records * table.recordBytes();
    Refusal.unless(heapStart + heap == meta.length, table + " is of another length");
    int used = 0;
    for (int i = 0; i < records; i++) {
      int before = used;
      used = add(meta, HEAD + i * table.recordBytes(), (int) heapStart, used);
      requireFull(i, used - before);
    }
    Refusal.unless(used == heap, table + " has bytes in the heap that nothing names");
    parts++;
    lastMeta = meta.length;
    lastRecords = records;
  }

  /** The first record of a part had no room in the one before. */
  private void requireFull(int index, int blobs) throws Refusal {
    if (parts > 0 && index == 0) {
      boolean full =
          lastRecords == MAX_RECORDS || lastMeta + table.recordBytes() + blobs > MAX_META;
      Refusal.unless(full, table + " part " + (parts - 1) + " has room");
    }
  }

  private int add(byte[] meta, int record, int heap, int used) throws Refusal {
    Map<String, Object> row = new LinkedHashMap<>();
    int at = record;
    int next = used;
    for (Table.Field field : table.fields()) {
      if (field.blob()) {
        long offset = Numbers.get(meta, at, 4);
        long length = Numbers.get(meta, at + 4, 4);
        Refusal.unless(offset == (length == 0 ? 0 : next), table + " blob " + field.name());
        Refusal.unless(length <= meta.length - heap - next, table + " blob " + field.name());
        row.put(field.name(), hex(meta, heap + next, (int) length));
        next += (int) length;
      } else if (field.name().startsWith("reserved")) {
        Part.zero(meta, at, at + field.bytes());
      } else if (field.bytes() > Long.BYTES) {
        row.put(field.name(), hex(meta, at, field.bytes()));
      } else {
        row.put(field.name(), Numbers.get(meta, at, field.bytes()));
      }
      at += field.bytes();
    }
    rows.add(row);
    return next;
  }

  private static String hex(byte[] bytes, int from, int length) {
    return HexFormat.of().formatHex(Arrays.copyOfRange(bytes, from, from + length));
  }

  /** All records, once every part was added. */
  List<Map<String, Object>> rows() throws Refusal {
    Refusal.unless(parts == 0 || !open, table + " ends before its last part");
    Refusal.unless(parts > 0 || table != Table.SYSTEM && table != Table.PROCESSES, "no " + table);
    boolean one = table == Table.SYSTEM || table == Table.ORIGIN;
    Refusal.unless(
        parts == 0 || table == Table.PROCESSES || (one ? rows.size() == 1 : !rows.isEmpty()),
        table + " has " + rows.size() + " records");
    return rows;
  }
}
