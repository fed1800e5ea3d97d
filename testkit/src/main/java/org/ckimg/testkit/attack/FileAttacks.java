package org.ckimg.testkit.attack;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ckimg.testkit.Image;

/** Lies about files: paths, evidence, folders, the executable. */
final class FileAttacks {
  /** Inode and whatever statx(2) tells. */
  private static final long INODE_AND_STATUS = 0x3f07;

  /** Mode and length. */
  private static final long KIND_AND_SIZE = 0x102;

  private final Lies lies = new Lies(Subject.EVERY);

  private FileAttacks() {}

  static List<Attack> all() {
    FileAttacks all = new FileAttacks();
    all.files();
    all.nameless();
    all.executable();
    all.evidence();
    return all.lies.told();
  }

  private void path(String name, String against, String rules, String path) {
    path(name, against, rules, DescriptorAttacks.READ, path);
  }

  private void path(String name, String against, String rules, int fd, String path) {
    lies.tell(
        name,
        against,
        rules,
        image -> {
          String field = "FILES/heap/" + DescriptorAttacks.file(image, fd) + "/path";
          byte[] value = path.getBytes(StandardCharsets.ISO_8859_1);
          if (value.length != image.size(field)) {
            throw new IllegalArgumentException(path + " is not as long as the program's path");
          }
          image.set(field, value);
        });
  }

  private void files() {
    path(
        "file-other",
        "another file under the evidence of the old one",
        "AU-FIL-04",
        Subject.OTHER_FILE);
    path(
        "file-of-kernel",
        "a switch of the kernel as a file",
        "AU-FIL-13",
        "/proc/sys/kernel/core_pattern");
    path("file-missing", "a path that is not there", "AU-FIL-01", "/var/tmp/ckimg-hostile-none99");
    path("path-dots", "out of a folder", "AU-FIL-14", "/var/../etc/../etc/../etc/pam");
    path(
        "path-empty-part",
        "names that compare unequal",
        "AU-FIL-14",
        "/var//mp/ckimg-hostile-000001");
    path(
        "path-relative",
        "a path from wherever ckimg stands",
        "AU-FIL-14",
        "var/tmp/ckimg-hostile-0000001");
    path("path-zero", "a name that ends early", "AU-FIL-14", "/etc/passwd\0-hostile-00000001");
    lies.tell(
        "file-handle",
        "a forged handle",
        "AU-FIL-04",
        image -> {
          String field =
              "FILES/heap/" + DescriptorAttacks.file(image, DescriptorAttacks.READ) + "/handle";
          byte[] handle = image.bytes(field);
          handle[handle.length - 1] ^= 1;
          image.set(field, handle);
        });
    lies.tell(
        "file-inode",
        "a reused inode",
        "AU-FIL-04",
        image ->
            image.set(
                "FILES/" + DescriptorAttacks.file(image, DescriptorAttacks.READ) + "/inode", 2));
    lies.tell(
        "file-born",
        "an inode of another life",
        "AU-FIL-04",
        image ->
            image.set(
                "FILES/" + DescriptorAttacks.file(image, DescriptorAttacks.READ) + "/btime_nanos",
                1));
    lies.tell(
        "file-kind",
        "a folder in place of a file",
        "AU-FIL-03",
        image ->
            image.set(
                "FILES/" + DescriptorAttacks.file(image, DescriptorAttacks.READ) + "/mode",
                0040755));
    lies.tell(
        "file-cut",
        "a file that was longer",
        "AU-FIL-06",
        image ->
            image.set(
                "FILES/" + DescriptorAttacks.file(image, DescriptorAttacks.READ) + "/length",
                1 << 20));
    lies.tell(
        "device-other",
        "/dev/mem by its numbers",
        "AU-FD-03 AU-FIL-03",
        image ->
            image.set(
                "FILES/" + DescriptorAttacks.file(image, DescriptorAttacks.NOTHING) + "/rdev",
                1L << 32 | 1));
    lies.tell(
        "root-moved",
        "a root directory of the image's choice",
        "AU-FIL-10",
        image -> image.set("PROCESSES/0/root", image.get("PROCESSES/0/exe")));
    lies.tell(
        "cwd-file",
        "a working directory that is none",
        "AU-FIL-11",
        image -> image.set("PROCESSES/0/cwd", image.get("PROCESSES/0/exe")));
  }

  /** The program has a file that no path leads to: it is made again. */
  private void nameless() {
    int fd = DescriptorAttacks.NAMELESS;
    path(
        "nameless-of-kernel",
        "a file made among switches of the kernel",
        "AU-FIL-18",
        fd,
        "/proc/sys/kernel/ckimg-001");
    path(
        "nameless-nowhere",
        "a file made where nothing is",
        "AU-FIL-18",
        fd,
        "/var/tmp/ckimg-none/any-01");
    path(
        "nameless-dots",
        "a file made out of a folder",
        "AU-FIL-14",
        fd,
        "/var/tmp/../../etc/cron.dd");
    lies.tell(
        "nameless-folder",
        "a file in place of a folder",
        "AU-FIL-18",
        image ->
            image.set("DESCRIPTIONS/" + DescriptorAttacks.description(image, fd) + "/type", 2));
  }

  static String executable(Image image) {
    return "FILES/" + (image.get("PROCESSES/0/exe") - 1);
  }

  private void executable() {
    lies.tell(
        "exe-deleted",
        "a program that is something else in /proc",
        "AU-FIL-08 AU-MEM-06",
        image -> image.set(executable(image) + "/flags", 1));
    lies.tell(
        "exe-other-build",
        "a program that was built from something else",
        "AU-FIL-20",
        image -> {
          String field = "FILES/heap/" + (image.get("PROCESSES/0/exe") - 1) + "/build_id";
          byte[] id = image.bytes(field);
          id[0] ^= 1;
          image.set(field, id);
        });
    lies.tell(
        "exe-setuid",
        "rights of a setuid program",
        "AU-FIL-09",
        image -> {
          String field = executable(image) + "/mode";
          image.set(field, image.get(field) | 04000);
        });
  }

  private void evidence() {
    lies.tell(
        "file-system-other",
        "an inode of another file system",
        "AU-FIL-04",
        image -> {
          String field = executable(image) + "/filesystem_id";
          image.set(field, image.get(field) ^ 1);
        });
    lies.tell(
        "file-without-evidence",
        "a name as a right to open",
        "AU-FIL-02",
        image -> {
          forget(image, INODE_AND_STATUS);
          image.set(executable(image) + "/mode", 0);
          image.set(executable(image) + "/length", 0);
        });
    lies.tell(
        "file-weak-evidence",
        "a name and a size as a right to open",
        "AU-FIL-21",
        image -> forget(image, INODE_AND_STATUS & ~KIND_AND_SIZE));
  }

  /** All but mode and length of these facts of the executable, and says that they are unknown. */
  private static void forget(Image image, long facts) {
    String file = executable(image);
    image.set(file + "/present", image.get(file + "/present") & ~facts);
    for (String field :
        new String[] {
          "device",
          "inode",
          "num_links",
          "uid",
          "gid",
          "rdev",
          "mtime_nanos",
          "ctime_nanos",
          "btime_nanos"
        }) {
      image.set(file + "/" + field, 0);
    }
  }
}
