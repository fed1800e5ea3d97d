package org.ckimg.testkit;

/** Header, directory and footer. */
final class EnvelopeVectors {
  private EnvelopeVectors() {}

  static void addTo(Vectors v) {
    header(v);
    footer(v);
    directory(v);
  }

  private static void header(Vectors v) {
    byte[] minimal = Samples.minimal().build().bytes();
    v.broken("CK-HDR-01", Corruptions.cut(minimal, 100));
    v.broken("CK-HDR-01-empty", new byte[0]);
    field(v, "CK-HDR-02", "header/magic", 0x0a1a0a0a494b438fL);
    field(v, "CK-HDR-03", "header/major", 2);
    field(v, "CK-HDR-04", "header/page_shift", 13);
    field(v, "CK-HDR-04-frame", "header/frame_shift", 17);
    field(v, "CK-HDR-04-block", "header/block_shift", 25);
    field(v, "CK-HDR-05", "header/elf_data", 0);
    field(v, "CK-HDR-05-system", "header/system", 5);
    v.broken("CK-HDR-06", Samples.minimal().parent(Pages.fill(32, 1), 65).build().bytes());
    field(v, "CK-HDR-07", "header/codecs", 6);
    field(v, "CK-HDR-07-unknown", "header/codecs", 9);
    field(v, "CK-HDR-08", "header/must_understand", 1);
    v.lie("CK-HDR-09", Samples.minimal(), i -> i.set("header/reserved1", new byte[] {1}));
    v.lie("CK-HDR-10", Samples.minimal(), i -> i.set("header/crc", ~i.get("header/crc")));
    v.broken("CK-HDR-11", Samples.minimal().parent(Pages.fill(32, 1), 0).build().bytes());
    field(v, "CK-HDR-11-depth", "header/chain_depth", 1);
  }

  private static void footer(Vectors v) {
    field(v, "CK-FTR-01", "footer/magic", 0);
    field(v, "CK-FTR-01-end", "footer/end_magic", 0);
    field(v, "CK-FTR-02", "footer/directory_offset", 130);
    field(v, "CK-FTR-02-count", "footer/num_sections", 131073);
    field(v, "CK-FTR-03", "footer/file_length", 64);
    field(v, "CK-FTR-04", "footer/reserved1", 1);
    field(v, "CK-FTR-04-crc", "footer/reserved4", 1);
    field(v, "CK-FTR-05", "footer/signature_algorithm", 2);
    v.lie("CK-FTR-06", Samples.minimal(), i -> i.set("footer/crc", ~i.get("footer/crc")));
    v.lie("CK-FTR-07", Samples.minimal(), i -> i.set("footer/root", Pages.fill(32, 1)));
    v.lie("CK-FTR-08", Samples.minimal(), i -> i.set("footer/key", Pages.fill(32, 1)));
    v.lie("CK-FTR-09", Samples.signed(), i -> i.set("footer/signature", Pages.fill(32, 1)));
    Image image = Samples.oneObject().build();
    byte[] bytes = image.bytes();
    v.broken("CK-FTR-10", Corruptions.cut(bytes, image.offset("footer/magic")));
    v.broken("CK-FTR-10-directory", Corruptions.cut(bytes, image.offset("DIRECTORY/head/magic")));
    v.broken("CK-FTR-10-head", Corruptions.cut(bytes, image.offset("PAGES/head/item")));
    v.broken("CK-FTR-10-meta", Corruptions.cut(bytes, image.offset("VMAS/0/file")));
    v.broken("CK-FTR-10-data", Corruptions.cut(bytes, image.offset("PAGES/data/0") + 5000));
    v.broken("CK-FTR-10-header", Corruptions.cut(bytes, 128));
  }

  private static void directory(Vectors v) {
    field(v, "CK-DIR-01", "footer/num_sections", 1);
    field(v, "CK-DIR-02", "directory/SYSTEM/num_zero", 1);
    field(v, "CK-DIR-02-type", "directory/SYSTEM/type", 0);
    field(v, "CK-DIR-03", "directory/SYSTEM/flags", 3);
    v.lie("CK-DIR-04", Samples.oneObject(), i -> i.set("directory/PAGES/num_zero", 2));
    field(v, "CK-DIR-04-table", "directory/SYSTEM/first_page", 1);
    v.lie("CK-DIR-05", Samples.minimal(), i -> i.set("directory/SYSTEM/leaf", new byte[32]));
  }

  private static void field(Vectors v, String name, String field, long value) {
    v.lie(name, Samples.minimal(), image -> image.set(field, value));
  }
}
