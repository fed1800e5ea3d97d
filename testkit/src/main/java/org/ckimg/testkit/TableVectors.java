package org.ckimg.testkit;

import java.util.Collections;
import java.util.Locale;

/** What all tables have in common. */
final class TableVectors {
  private TableVectors() {}

  static void addTo(Vectors v) {
    v.field("CK-TAB-01", "LIMITS/table/num_records", 3);
    v.field("CK-TAB-01-heap", "LIMITS/table/len_heap", 1);
    v.field("CK-TAB-02", "LOCKS/0/reserved1", 1);
    v.field("CK-TAB-02-head", "LIMITS/table/reserved1", 1);
    heap(v);
    absent(v);
    parts(v);
    order(v);
  }

  private static void heap(Vectors v) {
    v.field("CK-TAB-03", "FILES/1/path/ofs", 100_000);
    v.field("CK-TAB-03-length", "FILES/1/path/len", 100_000);
    v.lie(
        "CK-TAB-04",
        Samples.tables(),
        i -> i.set("FILES/1/path/ofs", i.get("FILES/1/path/ofs") + 1));
    v.lie(
        "CK-TAB-04-rest",
        Samples.tables(),
        i -> i.set("FILES/5/path/len", i.get("FILES/5/path/len") - 1));
    v.field("CK-TAB-04-empty", "FILES/1/handle/ofs", 1);
  }

  private static void absent(Vectors v) {
    v.field("CK-TAB-05", "PROCESSES/0/present", 0x1ffff7 & ~(1 << 4));
    v.field("CK-TAB-05-blob", "PROCESSES/0/present", 0x1ffff7 & ~(1 << 5));
    v.field("CK-TAB-05-actions", "PROCESSES/0/present", 0x1ffff7 & ~(1 << 19));
    v.field("CK-TAB-05-length", "FILES/0/present", 0x3f3f & ~(1 << 8));
    v.field("CK-TAB-05-vdso", "SYSTEM/0/present", 31 & ~(1 << 3));
  }

  private static void parts(Vectors v) {
    ImageBuilder parts = Samples.minimal();
    parts.table(Table.PROCESSES).flags(5).add("pid", 7, "state", 4);
    parts.part(Table.PROCESSES, 1).add("pid", 8, "state", 4);
    v.broken("CK-TAB-06", parts.build().bytes());
    v.tables("CK-TAB-08", image -> image.table(Table.LIMITS).rows().clear());
    v.tables("CK-TAB-08-system", image -> image.table(Table.SYSTEM).add());
    v.tables("CK-TAB-08-origin", image -> image.table(Table.ORIGIN).rows().clear());
  }

  private static void order(Vectors v) {
    for (Table table :
        new Table[] {
          Table.REGISTERS,
          Table.SIGNALS,
          Table.TIMERS,
          Table.FDS,
          Table.LOCKS,
          Table.EVENTS,
          Table.WATCHES
        }) {
      v.tables(
          "CK-TAB-07-" + table.name().toLowerCase(Locale.ROOT),
          image -> Collections.swap(image.table(table).rows(), 0, 1));
    }
    v.tables("CK-TAB-07", image -> Collections.swap(image.table(Table.LIMITS).rows(), 0, 1));
    v.tables("CK-TAB-07-twice", image -> image.table(Table.LIMITS).row(0).put("resource", 7));
    ImageBuilder processes = Samples.minimal();
    processes.table(Table.PROCESSES).add("pid", 8, "state", 4).add("pid", 7, "state", 4);
    v.broken("CK-TAB-07-processes", processes.build().bytes());
    ImageBuilder threads = Samples.tree();
    threads.table(Table.THREADS).rows().add(2, new Row(Table.THREADS, "process", 0, "tid", 39));
    v.broken("CK-TAB-07-threads", threads.build().bytes());
  }
}
