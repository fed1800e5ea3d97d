package org.ckimg.testkit;

import java.util.Arrays;

/** Section heads, and how sections follow each other. */
final class SectionVectors {
  private static final int PROCESSES = 2;

  private SectionVectors() {}

  static void addTo(Vectors v) {
    heads(v);
    order(v);
  }

  private static void heads(Vectors v) {
    field(v, "CK-SEC-01", "LIMITS/head/self_offset", 192);
    field(v, "CK-SEC-02", "LIMITS/head/magic", 0);
    field(v, "CK-SEC-03", "LIMITS/head/number", 131073);
    field(v, "CK-SEC-03-flags", "LIMITS/head/flags", 9);
    field(v, "CK-SEC-04", "LIMITS/head/len_data", 1);
    field(v, "CK-SEC-04-meta", "LIMITS/head/len_meta", (1 << 24) + 1);
    v.lie("CK-SEC-05", Samples.oneObject(), i -> i.set("PAGES/head/ofs_data", 64));
    field(v, "CK-SEC-05-none", "LIMITS/head/ofs_data", 64);
    v.lie("CK-SEC-06", small(), i -> i.set("LIMITS/head/reserved1", new byte[] {1}));
    v.lie("CK-SEC-07", small(), i -> i.set("LIMITS/head/crc", ~i.get("LIMITS/head/crc")));
    v.lie("CK-SEC-08", small(), i -> i.set("LIMITS/head/meta_crc", ~i.get("LIMITS/head/meta_crc")));
    v.lie("CK-SEC-09", small(), i -> i.set("LIMITS/padding", new byte[] {1}));
    v.lie("CK-SEC-09-data", Samples.coded(), i -> i.set("PAGES/end_padding", new byte[] {1}));
  }

  private static void order(Vectors v) {
    v.lie("CK-SEC-10", small(), i -> i.set("footer/directory_offset", 128));
    v.broken("CK-SEC-10-gap", gap());
    v.lie("CK-SEC-11", small(), i -> i.set("LIMITS/head/number", 5));
    ImageBuilder unsorted = new ImageBuilder().unsorted();
    unsorted.table(Table.PROCESSES);
    unsorted.table(Table.SYSTEM).add();
    v.broken("CK-SEC-12", unsorted.build().bytes());
    v.broken("CK-SEC-13", Samples.minimal().section(0x30, 0, 1).build().bytes());
    ImageBuilder flags = small();
    flags.table(Table.LIMITS).flags(3);
    v.broken("CK-SEC-14", flags.build().bytes());
    flags.table(Table.LIMITS).flags(5);
    v.broken("CK-SEC-14-more", flags.build().bytes());
    v.broken("CK-SEC-15", Samples.minimal().without(PROCESSES).build().bytes());
    v.lie("CK-SEC-15-directory", Samples.minimal(), i -> i.set("DIRECTORY/head/item", 1));
    v.lie("CK-SEC-15-part", Samples.minimal(), i -> i.set("SYSTEM/head/item", 1));
    v.lie(
        "CK-SEC-15-second",
        Samples.minimal().section(0xffff, 0, 1, new byte[3 * Sealer.ENTRY]),
        SectionVectors::copyDirectory);
  }

  /** The first of two directories says what the second says. */
  private static void copyDirectory(Image image) {
    int entries = image.offset("directory/SYSTEM/type");
    byte[] directory = Arrays.copyOfRange(image.bytes(), entries, entries + 3 * Sealer.ENTRY);
    image.set("ffff/content", directory);
  }

  /** A process and its limits. */
  private static ImageBuilder small() {
    ImageBuilder image = Samples.minimal();
    image.table(Table.PROCESSES).add("pid", 7, "state", 1);
    image.table(Table.THREADS).add("tid", 7);
    image.table(Table.LIMITS).add("resource", 7, "soft", 1, "hard", 2);
    return image;
  }

  private static void field(Vectors v, String name, String field, long value) {
    v.lie(
        name,
        small(),
        image -> {
          image.keep("directory/LIMITS/flags");
          image.keep("directory/LIMITS/len_meta");
          image.keep("directory/LIMITS/len_data");
          image.set(field, value);
        });
  }

  /** The last section ends 64 zero bytes before the directory. */
  private static byte[] gap() {
    Image image = Samples.minimal().section(0x9000, 0, 0, new byte[100]).build();
    image.set("9000/head/len_meta", 1);
    image.set("9000/head/meta_crc", Hashes.crc32c(new byte[64], 0, 64));
    int start = image.offset("9000/head/magic");
    byte[] section = Arrays.copyOfRange(image.bytes(), start, start + 128);
    image.set("directory/9000/leaf", Hashes.sha256(Hashes.tag("section"), section));
    return image.bytes();
  }
}
