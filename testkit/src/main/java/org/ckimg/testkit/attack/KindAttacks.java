package org.ckimg.testkit.attack;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ckimg.testkit.Image;

/** Lies about what descriptors hold: memory files. */
final class KindAttacks {
  private static final int MEMORY = 10;
  private static final int F_SEAL_WRITE = 8;

  private final Lies lies = new Lies(Subject.KINDS);

  private KindAttacks() {}

  static List<Attack> all() {
    KindAttacks all = new KindAttacks();
    all.memoryFiles();
    return all.lies.told();
  }

  private static String file(Image image, int fd) {
    return "FILES/" + DescriptorAttacks.file(image, fd);
  }

  private void memoryFiles() {
    lies.tell(
        "memory-file-of-host",
        "a file of this host by another name",
        "AU-FIL-04 AU-MEM-07 AU-MEM-11 AU-MFD-01",
        image ->
            image
                .set(
                    "FILES/heap/" + DescriptorAttacks.file(image, MEMORY) + "/path",
                    "/etc/passwd".getBytes(StandardCharsets.US_ASCII))
                .set(file(image, MEMORY) + "/flags", 0)
                .set(file(image, MEMORY) + "/content", 0));
    lies.tell(
        "memory-file-seals",
        "seals that nobody knows",
        "AU-MFD-02",
        image -> image.set(file(image, MEMORY) + "/seals", 0x100));
    lies.tell(
        "memory-file-sealed",
        "a restore that fails half-way",
        "AU-MFD-03",
        image -> image.set(file(image, MEMORY) + "/seals", F_SEAL_WRITE));
    lies.tell(
        "memory-file-endless",
        "exhausted memory",
        "AU-MEM-08",
        image ->
            image.set(
                "OBJECTS/" + (image.get(file(image, MEMORY) + "/content") - 1) + "/length",
                1L << 50));
  }
}
