package org.ckimg.testkit;

/** Images that do not fit the parents that they name. */
final class ChainVectors {
  private ChainVectors() {}

  static void addTo(Vectors v) {
    v.broken("CK-CHN-01", Samples.child().parent(Pages.fill(32, 7), 1).build().bytes());
    v.broken("CK-CHN-01-depth", continued(2).build().bytes());
    v.broken("CK-CHN-01-data", continued(1).header("elf_data", 2).build().bytes());
    v.broken("CK-CHN-01-machine", continued(1).header("elf_machine", 22).build().bytes());
    v.broken("CK-CHN-01-shift", continued(1).header("page_shift", 14).build().bytes());
    v.broken("CK-CHN-01-system", continued(1).header("system", 3).build().bytes());
    ImageBuilder absent = continued(1);
    absent.table(Table.OBJECTS).row(0).put("base_object", 2);
    v.broken("CK-CHN-02", absent.build().bytes());
    v.broken("CK-CHN-02-kind", otherKind().build().bytes());
    ImageBuilder page = continued(1);
    page.pages(1).inherited(0x13);
    v.broken("CK-CHN-03", page.build().bytes());
    ImageBuilder last = continued(1);
    last.pages(1).inherited(0x10);
    last.pages(1).inherited(0x21);
    v.broken("CK-CHN-03-last", last.build().bytes());
  }

  /** Continues {@link Samples#oneObject}; no page yet. */
  private static ImageBuilder continued(int depth) {
    ImageBuilder image = Samples.withMemory();
    image.parent(Samples.oneObject().build().identity(), depth);
    image.table(Table.OBJECTS).row(0).put("base", 1).put("base_object", 1);
    return image;
  }

  private static ImageBuilder otherKind() {
    ImageBuilder image = Samples.minimal().parent(Samples.oneObject().build().identity(), 1);
    image.table(Table.OBJECTS).add("id", 1, "kind", 2, "length", 4096, "base", 1, "base_object", 1);
    return image;
  }
}
