package org.ckimg.testkit;

import java.nio.charset.StandardCharsets;

/** Records of the tables: their fields, and what they refer to. */
final class RecordVectors {
  private RecordVectors() {}

  static void addTo(Vectors v) {
    systemAndProcesses(v);
    threads(v);
    signals(v);
    timersAndLimits(v);
    mappings(v);
    descriptions(v);
    files(v);
    credentialsAndFilters(v);
    locks(v);
    terminals(v);
    events(v);
    objects(v);
    v.field("CK-ORG-01", "ORIGIN/0/present", 0x3ff);
    v.field("CK-ORG-01-stop", "ORIGIN/0/stop_nanos", -1);
  }

  private static void systemAndProcesses(Vectors v) {
    v.field("CK-SYS-01", "SYSTEM/0/present", 63);
    v.field("CK-SYS-01-flags", "SYSTEM/0/flags", 4);
    v.field("CK-SYS-01-xsave", "SYSTEM/0/len_xsave", 65537);
    symbols(v, "CK-SYS-02", "0000000000000c10 b\n0000000000000a00 a\n");
    symbols(v, "CK-SYS-02-end", "0000000000000a00 a");
    symbols(v, "CK-SYS-02-name", "0000000000000a00 \n");
    symbols(v, "CK-SYS-02-digits", "0000000000000A00 a\n");
    v.field("CK-PRC-01", "PROCESSES/0/umask", 01000);
    v.field("CK-PRC-01-present", "PROCESSES/0/present", -1L << 63 | (1 << 21) - 1);
    v.field("CK-PRC-01-state", "PROCESSES/0/state", 5);
    v.field("CK-PRC-01-pid", "PROCESSES/0/ppid", 0x40000000);
    v.field("CK-PRC-02", "PROCESSES/0/exe", 7);
    v.field("CK-PRC-02-cwd", "PROCESSES/0/cwd", 7);
    v.tables("CK-PRC-03", i -> i.table(Table.PROCESSES).row(0).put("cmdline", "demo"));
    v.tables("CK-PRC-03-environ", i -> i.table(Table.PROCESSES).row(0).put("environ", "A=1"));
    v.tables("CK-PRC-03-auxv", i -> i.table(Table.PROCESSES).row(0).put("auxv", new byte[13]));
    sharing(v, "CK-PRC-04", "PROCESSES/1/files_of", 8);
    sharing(v, "CK-PRC-04-cwd", "PROCESSES/1/cwd", 2);
    sharing(v, "CK-PRC-04-files", "PROCESSES/2/files_of", 8);
    sharing(v, "CK-PRC-04-later", "PROCESSES/2/fs_of", 10);
    sharing(v, "CK-PRC-04-zombie", "PROCESSES/3/files_of", 7);
  }

  private static void sharing(Vectors v, String name, String field, long value) {
    v.lie(name, Samples.sharing(), image -> image.set(field, value));
  }

  private static void symbols(Vectors v, String name, String symbols) {
    v.tables(name, image -> image.table(Table.SYSTEM).row(0).put("vdso_symbols", symbols));
  }

  private static void threads(Vectors v) {
    v.field("CK-THR-01", "THREADS/0/nice", 20);
    v.field("CK-THR-01-priority", "THREADS/0/priority", 100);
    v.field("CK-THR-02", "THREADS/0/tid", 999);
    v.field("CK-THR-02-process", "THREADS/1/process", 1);
    ImageBuilder none = Samples.minimal();
    none.table(Table.PROCESSES).add("pid", 7, "state", 1);
    v.broken("CK-THR-02-none", none.build().bytes());
    v.field("CK-THR-03", "THREADS/1/credentials", 3);
    sharing(v, "CK-THR-04", "THREADS/2/fs_of", 7);
    sharing(v, "CK-THR-04-cwd", "THREADS/1/cwd", 3);
    sharing(v, "CK-THR-04-leader", "THREADS/5/present", 1 << 11);
    sharing(v, "CK-THR-04-files", "THREADS/5/present", 1 << 12);
    sharing(v, "CK-THR-04-own", "THREADS/2/umask", 1);
    v.field("CK-REG-01", "REGISTERS/2/thread", 0x100000);
    v.field("CK-REG-02", "REGISTERS/2/thread", 2);
  }

  private static void signals(Vectors v) {
    v.field("CK-SIG-01", "SIGNALS/3/number", 129);
    v.field("CK-SIG-01-kind", "SIGNALS/3/kind", 4);
    v.field("CK-SIG-02", "SIGNALS/2/thread", 1);
    v.field("CK-SIG-02-handler", "SIGNALS/3/handler", 1);
    v.field("CK-SIG-02-process", "SIGNALS/3/process", 1);
    v.lie("CK-SIG-03", Samples.tables(), i -> i.set("SIGNALS/heap/2/siginfo", new byte[] {16}));
    v.tables("CK-SIG-03-length", i -> i.table(Table.SIGNALS).row(2).put("siginfo", new byte[64]));
    v.field("CK-SIG-04", "SIGNALS/1/number", 9);
    v.field("CK-SIG-04-stop", "SIGNALS/1/number", 19);
    v.lie(
        "CK-SIG-04-stop-of-bsd",
        Samples.tables().header("system", 2),
        image -> image.set("SIGNALS/1/number", 17));
  }

  private static void timersAndLimits(Vectors v) {
    v.field("CK-TIM-01", "TIMERS/1/number", 129);
    v.field("CK-TIM-01-interval", "TIMERS/0/interval_nanos", -1);
    v.field("CK-TIM-02", "TIMERS/0/sigval", 1);
    v.field("CK-TIM-02-process", "TIMERS/1/process", 1);
    v.field("CK-LIM-01", "LIMITS/1/resource", 32);
    v.field("CK-LIM-02", "LIMITS/1/soft", 4097);
    v.field("CK-LIM-02-process", "LIMITS/1/process", 1);
  }

  private static void mappings(Vectors v) {
    v.field("CK-VMA-01", "VMAS/0/protection", 8);
    v.field("CK-VMA-01-kind", "VMAS/0/kind", 12);
    v.field("CK-VMA-01-end", "VMAS/11/num_pages", 0xa01);
    v.field("CK-VMA-02", "VMAS/0/num_pages", 3);
    v.field("CK-VMA-02-order", "VMAS/0/first_page", 0x410);
    v.field("CK-VMA-03", "VMAS/4/object", 8);
    v.field("CK-VMA-03-short", "VMAS/4/object_page", 1);
    v.field("CK-VMA-03-place", "VMAS/2/object_page", 0x601);
    v.field("CK-VMA-03-kind", "VMAS/4/object", 7);
    v.field("CK-VMA-03-none", "VMAS/7/object_page", 1);
    v.field("CK-VMA-04", "VMAS/0/file", 7);
    v.field("CK-VMA-04-process", "VMAS/11/process", 1);
    v.field("CK-VMA-04-page", "VMAS/2/file_page", 1);
    v.tables("CK-VMA-05", i -> i.table(Table.VMAS).row(0).put("digest", new byte[31]));
    v.tables("CK-VMA-05-file", i -> i.table(Table.VMAS).row(0).put("file", 0));
  }

  private static void descriptions(Vectors v) {
    v.field("CK-DSC-01", "DESCRIPTIONS/1/type", 19);
    v.field("CK-DSC-01-signal", "DESCRIPTIONS/0/number", 65);
    v.field("CK-DSC-02", "DESCRIPTIONS/2/id", 8);
    v.field("CK-DSC-03", "DESCRIPTIONS/1/file", 7);
    v.field("CK-DSC-03-none", "DESCRIPTIONS/1/file", 0);
    v.field("CK-DSC-04", "DESCRIPTIONS/1/state", 1);
    v.field("CK-FDS-01", "FDS/0/flags", 2);
    v.field("CK-FDS-02", "FDS/0/description", 8);
    v.field("CK-FDS-02-process", "FDS/7/process", 1);
    sharing(v, "CK-FDS-02-shared", "FDS/1/process", 1);
    sharing(v, "CK-FDS-02-thread", "FDS/1/thread", 14);
  }

  private static void files(Vectors v) {
    v.field("CK-FIL-01", "FILES/0/mode", 0x10000);
    v.field("CK-FIL-01-length", "FILES/0/length", -1);
    v.tables(
        "CK-FIL-02",
        image -> {
          image.table(Table.DESCRIPTIONS).row(1).put("file", 1);
          image.table(Table.FILES).row(5).put("id", 7);
        });
    v.field("CK-FIL-03", "FILES/3/content", 5);
    v.field("CK-FIL-03-none", "FILES/3/content", 8);
  }

  private static void credentialsAndFilters(Vectors v) {
    v.field("CK-CRD-01", "CREDENTIALS/0/seccomp_mode", 3);
    v.tables(
        "CK-CRD-02",
        image -> {
          image.table(Table.THREADS).row(1).put("credentials", 1);
          image.table(Table.CREDENTIALS).row(1).put("id", 3);
        });
    v.tables(
        "CK-CRD-02-equal",
        image ->
            image
                .table(Table.CREDENTIALS)
                .add("id", 3, "uid", 1000, "euid", 1000, "suid", 1000, "fsuid", 1000));
    groups(v, "CK-CRD-03", 27, 0, 0, 0, 26, 0, 0, 0);
    groups(v, "CK-CRD-03-length", 27, 0, 0, 0, 28, 0);
    v.field("CK-FLT-01", "FILTERS/1/position", 4096);
    v.field("CK-FLT-02", "FILTERS/1/position", 2);
    v.field("CK-FLT-02-thread", "FILTERS/1/thread", 2);
    v.tables("CK-FLT-02-program", i -> i.table(Table.FILTERS).row(0).put("program", new byte[12]));
    v.tables("CK-FLT-02-empty", i -> i.table(Table.FILTERS).row(0).put("program", new byte[0]));
  }

  private static void groups(Vectors v, String name, int... bytes) {
    byte[] groups = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      groups[i] = (byte) bytes[i];
    }
    v.tables(name, image -> image.table(Table.CREDENTIALS).row(0).put("groups", groups));
  }

  private static void locks(Vectors v) {
    v.field("CK-LCK-01", "LOCKS/0/kind", 4);
    v.field("CK-LCK-01-start", "LOCKS/1/start", -1);
    v.field("CK-LCK-02", "LOCKS/1/description", 1);
    v.field("CK-LCK-02-owner", "LOCKS/0/description", 0);
    v.field("CK-LCK-02-description", "LOCKS/0/description", 8);
    v.field("CK-LCK-02-process", "LOCKS/1/process", 1);
    sharing(v, "CK-LCK-02-shared", "LOCKS/0/process", 1);
    v.field("CK-LCK-02-file", "LOCKS/1/file", 7);
  }

  private static void terminals(Vectors v) {
    v.field("CK-TTY-01", "TERMINALS/0/file", 0);
    v.field("CK-TTY-02", "TERMINALS/0/file", 7);
  }

  private static void events(Vectors v) {
    v.field("CK-EVT-01", "EVENTS/0/kind", 6);
    v.field("CK-EVT-01-value", "EVENTS/2/value_nanos", -1);
    v.field("CK-EVT-02", "EVENTS/0/description", 3);
    v.field("CK-EVT-02-none", "EVENTS/2/description", 8);
    v.field("CK-EVT-03", "EVENTS/1/interval_nanos", 1);
    v.field("CK-EVT-03-semaphore", "EVENTS/2/flags", 3);
    v.field("CK-EVT-03-absolute", "EVENTS/0/flags", 3);
    v.field("CK-WCH-01", "WATCHES/1/number", -1);
    v.field("CK-WCH-02", "WATCHES/1/target", 8);
    v.field("CK-WCH-02-type", "WATCHES/0/description", 6);
  }

  private static void objects(Vectors v) {
    v.field("CK-OBJ-01", "OBJECTS/4/kind", 8);
    ImageBuilder objects = Samples.minimal();
    objects.table(Table.OBJECTS).add("id", 1, "kind", 3, "length", 1);
    objects.table(Table.OBJECTS).add("id", 2, "kind", 2, "length", 1);
    v.broken("CK-OBJ-02", objects.build().bytes());
    objects.table(Table.OBJECTS).row(1).put("id", 3).put("kind", 3);
    v.broken("CK-OBJ-02-id", objects.build().bytes());
    v.field("CK-OBJ-03", "OBJECTS/4/owner", 1);
    v.field("CK-OBJ-03-length", "OBJECTS/6/length", 4096);
    ImageBuilder orphan = Samples.minimal();
    orphan.table(Table.OBJECTS).add("id", 1, "kind", 7);
    v.broken("CK-OBJ-03-process", orphan.build().bytes());
    objects.table(Table.OBJECTS).row(1).put("id", 2).put("base", 1).put("base_object", 1);
    v.broken("CK-OBJ-04-parent", objects.build().bytes());
    objects.parent("parent of the image in a vector!".getBytes(StandardCharsets.US_ASCII), 1);
    objects.table(Table.OBJECTS).row(1).put("base_object", 0);
    v.broken("CK-OBJ-04", objects.build().bytes());
  }
}
