package org.ckimg.testkit.attack;

import java.util.List;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Table;

/** Lies about mappings. */
final class MemoryAttacks {
  private static final int SHARED = 1;
  private static final int MAY_WRITE = 1 << 14;
  private static final int GUARD = 1 << 15;
  private static final int ANONYMOUS = 1;
  private static final int HEAP = 4;
  private static final int VSYSCALL = 7;

  /** From here to the program there are more than 64 TiB. */
  private static final long LOW_PAGE = 0x10;

  private final Lies lies = new Lies(Subject.EVERY);

  private MemoryAttacks() {}

  static List<Attack> all() {
    MemoryAttacks all = new MemoryAttacks();
    all.memory();
    all.places();
    return all.lies.told();
  }

  private void memory() {
    lies.tell(
        "page-zero",
        "an aid to exploits of the kernel",
        "AU-MEM-03 AU-PRC-07",
        image -> image.set("VMAS/0/first_page", 1).set("VMAS/0/object_page", 1));
    lies.tell(
        "code-replaced",
        "code that is another on disk",
        "AU-MEM-07",
        image -> {
          String field = "VMAS/heap/0/digest";
          byte[] digest = image.bytes(field);
          digest[0] ^= 1;
          image.set(field, digest);
        });
    lies.bend(
        "write-and-execute",
        "code made of data",
        "AU-MEM-09",
        image -> image.set("VMAS/" + image.find(Table.VMAS, "protection", 5) + "/protection", 7));
    lies.bend(
        "stack-executable",
        "code from nowhere",
        "AU-MEM-09 AU-MEM-10",
        image -> image.set("VMAS/" + image.find(Table.VMAS, "kind", 3) + "/protection", 7));
    lies.tell(
        "memory-of-others",
        "memory of a kind that is shared",
        "AU-MEM-04",
        image -> {
          int row = image.find(Table.VMAS, "kind", 1);
          image.set("VMAS/" + row + "/kind", 9);
        });
  }

  private static String vma(Image image, int kind) {
    return "VMAS/" + image.find(Table.VMAS, "kind", kind);
  }

  private void places() {
    lies.tell(
        "program-writable",
        "a program that changes under those who run it",
        "AU-MEM-11 AU-MEM-14",
        image -> {
          // The first mapping is the head of the program's file, which nobody writes to.
          image.set("VMAS/0/object", 0).set("VMAS/0/object_page", 0);
          image.set("VMAS/0/flags", SHARED | MAY_WRITE).set("VMAS/0/protection", 3);
        });
    lies.tell(
        "bounds-unknown",
        "an address space without bounds",
        "AU-MEM-01",
        image ->
            Lies.forget(
                image,
                "PROCESSES/0",
                18,
                "start_code",
                "end_code",
                "start_data",
                "end_data",
                "start_brk",
                "brk",
                "start_stack",
                "arg_start",
                "arg_end",
                "env_start",
                "env_end"));
    lies.tell(
        "memory-endless",
        "exhausted memory",
        "AU-MEM-07 AU-MEM-08",
        image ->
            image
                .set("VMAS/0/first_page", LOW_PAGE)
                .set("VMAS/0/object_page", LOW_PAGE)
                .set("VMAS/0/num_pages", image.get("VMAS/1/first_page") - LOW_PAGE));
    lies.tell(
        "memory-of-kernel",
        "the kernel half",
        "AU-MEM-03 AU-MEM-10",
        image -> image.set(vma(image, VSYSCALL) + "/kind", ANONYMOUS));
    lies.tell(
        "memory-guarded",
        "memory without its guards",
        "AU-MEM-05",
        image -> image.set(vma(image, HEAP) + "/flags", GUARD));
  }
}
