package org.ckimg.testkit.attack;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Table;

/** Lies about what descriptors hold: memory files, shared memory. */
final class KindAttacks {
  private static final int MEMORY = 10;
  private static final int MACHINE = 14;
  private static final int O_RDWR = 2;
  private static final int F_SEAL_WRITE = 8;
  private static final int SYSV = 10;
  private static final int THREAD = 1 << 3;
  private static final int IN_CREATE = 0x100;
  private static final int IN_DONT_FOLLOW = 0x2000000;

  private final Lies lies = new Lies(Subject.KINDS);

  private KindAttacks() {}

  static List<Attack> all() {
    KindAttacks all = new KindAttacks();
    all.memoryFiles();
    all.segments();
    all.references();
    all.notices();
    all.kernelsFiles();
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

  private void references() {
    lies.tell(
        "pidfd-outside",
        "signals to processes of the host",
        "AU-FD-07",
        image -> image.set("EVENTS/0/number", 1));
    lies.tell(
        "pidfd-thread-outside",
        "signals to threads of the host",
        "AU-FD-07",
        image -> image.set("EVENTS/0/number", 1).set("EVENTS/0/flags", THREAD));
  }

  private void notices() {
    lies.tell(
        "notify-two-numbers",
        "a restore that fails half-way",
        "AU-FD-16",
        image -> image.set("NOTIFY/1/file", image.get("NOTIFY/0/file")));
    lies.tell(
        "notify-of-no-file",
        "a watch of what no path leads to",
        "AU-FD-16",
        image -> image.set("NOTIFY/0/file", DescriptorAttacks.file(image, MEMORY) + 1));
    lies.tell(
        "notify-unshown",
        "a watch of something else than the file",
        "AU-FD-16",
        image -> image.set("NOTIFY/0/mask", IN_DONT_FOLLOW | IN_CREATE));
  }

  private void kernelsFiles() {
    lies.tell(
        "proc-unlisted",
        "messages of the kernel, which reading takes away",
        "AU-FIL-13",
        image ->
            image.set(
                "FILES/heap/" + DescriptorAttacks.file(image, MACHINE) + "/path",
                "/proc/kmsg".getBytes(StandardCharsets.US_ASCII)));
    lies.tell(
        "proc-written",
        "a switch of the kernel as a file",
        "AU-FIL-13",
        image ->
            image.set(
                "DESCRIPTIONS/" + DescriptorAttacks.description(image, MACHINE) + "/flags",
                O_RDWR));
  }

  private static String segment(Image image) {
    int mapping = image.find(Table.VMAS, "kind", SYSV);
    return "FILES/" + (image.get("VMAS/" + mapping + "/file") - 1);
  }

  private void segments() {
    lies.tell(
        "segment-of-others",
        "shared memory in the name of another user",
        "AU-SHM-02",
        image -> image.set(segment(image) + "/uid", 12345));
    lies.tell(
        "segment-locked",
        "shared memory of a kind that is not restored",
        "AU-SHM-01",
        image -> image.set(segment(image) + "/mode", 03600));
    lies.tell(
        "segment-without-content",
        "shared memory of nobody knows what",
        "AU-MEM-04 AU-MEM-06 AU-SHM-01",
        image -> image.set(segment(image) + "/content", 0));
  }
}
