package org.ckimg.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names of the fields of all tables of an image that somebody else has written. */
final class Places {
  private static final int TABLE_HEAD = 16;

  private final byte[] image;
  private final Map<String, Canvas.Place> places = new LinkedHashMap<>();

  private Places(byte[] image) {
    this.image = image;
  }

  /** Named like those of a built image: {@code VMAS/0/first_page}, {@code VMAS/heap/0/name}. */
  static Map<String, Canvas.Place> of(byte[] image, List<Span> spans) {
    Places places = new Places(image);
    for (Span span : spans) {
      for (Table table : Table.values()) {
        if (Numbers.u2(image, span.start() + 4) == table.type()) {
          places.add(table, span.start() + Span.HEAD);
        }
      }
    }
    return places.places;
  }

  private void add(Table table, int meta) {
    int records = Numbers.u4(image, meta);
    int heap = meta + TABLE_HEAD + records * table.recordBytes();
    places.put(table + "/table/num_records", new Canvas.Place(meta, 4));
    for (int row = 0; row < records; row++) {
      int at = meta + TABLE_HEAD + row * table.recordBytes();
      for (Table.Field field : table.fields()) {
        add(table + "/" + row + "/" + field.name(), table + "/heap/" + row, field, at, heap);
        at += field.bytes();
      }
    }
  }

  private void add(String name, String heapName, Table.Field field, int at, int heap) {
    if (!field.blob()) {
      places.put(name, new Canvas.Place(at, field.bytes()));
      return;
    }
    places.put(name + "/ofs", new Canvas.Place(at, 4));
    places.put(name + "/len", new Canvas.Place(at + 4, 4));
    places.put(
        heapName + "/" + field.name(),
        new Canvas.Place(heap + Numbers.u4(image, at), Numbers.u4(image, at + 4)));
  }
}
