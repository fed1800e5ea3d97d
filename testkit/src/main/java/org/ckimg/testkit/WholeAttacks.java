package org.ckimg.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lies about the program as a whole: where it ran, what it ran, how large and how mighty it was.
 */
final class WholeAttacks {
  private static final int AARCH64 = 183;

  /** Offset in the header. */
  private static final int ELF_MACHINE = 16;

  private static final int SCHED_DEADLINE = 6;
  private static final int GUARD = 1 << 15;
  private static final int ANONYMOUS = 1;
  private static final int HEAP = 4;
  private static final int VSYSCALL = 7;
  private static final int NO_CAPABILITY = 62;
  private static final int NT_PRSTATUS = 1;
  private static final int RIP = 128;

  /** From here to the program there are more than 64 TiB. */
  private static final long LOW_PAGE = 0x10;

  private static final long INODE_STATUS_BTIME = 7;

  private final List<Attack> attacks = new ArrayList<>();

  private WholeAttacks() {}

  static List<Attack> all() {
    WholeAttacks all = new WholeAttacks();
    all.executable();
    all.files();
    all.memory();
    all.threads();
    all.host();
    return all.attacks;
  }

  private void attack(String name, String against, String rules, Consumer<Image> lie) {
    attacks.add(new Attack(name, against, List.of(rules.split(" ")), lie));
  }

  private static String executable(Image image) {
    return "FILES/" + (image.get("PROCESSES/0/exe") - 1);
  }

  private void executable() {
    attack(
        "exe-deleted",
        "a program that is something else in /proc",
        "AU-FIL-08 AU-MEM-06",
        image -> image.set(executable(image) + "/flags", 1));
    attack(
        "exe-setuid",
        "rights of a setuid program",
        "AU-FIL-09",
        image -> {
          String field = executable(image) + "/mode";
          image.set(field, image.get(field) | 04000);
        });
  }

  private void files() {
    attack(
        "file-system-other",
        "an inode of another file system",
        "AU-FIL-04",
        image -> {
          String field = executable(image) + "/filesystem_id";
          image.set(field, image.get(field) ^ 1);
        });
    attack(
        "file-without-evidence",
        "a name as a right to open",
        "AU-FIL-02",
        image -> {
          String file = executable(image);
          image.set(file + "/present", image.get(file + "/present") & ~INODE_STATUS_BTIME);
          for (String field :
              new String[] {
                "device",
                "inode",
                "length",
                "mode",
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
        });
  }

  private static String vma(Image image, int kind) {
    return "VMAS/" + image.find(Table.VMAS, "kind", kind);
  }

  private void memory() {
    attack(
        "memory-endless",
        "exhausted memory",
        "AU-MEM-07 AU-MEM-08",
        image ->
            image
                .set("VMAS/0/first_page", LOW_PAGE)
                .set("VMAS/0/object_page", LOW_PAGE)
                .set("VMAS/0/num_pages", image.get("VMAS/1/first_page") - LOW_PAGE));
    attack(
        "memory-of-kernel",
        "the kernel half",
        "AU-MEM-03 AU-MEM-10",
        image -> image.set(vma(image, VSYSCALL) + "/kind", ANONYMOUS));
    attack(
        "memory-guarded",
        "memory without its guards",
        "AU-MEM-05",
        image -> image.set(vma(image, HEAP) + "/flags", GUARD));
  }

  private void threads() {
    attack(
        "scheduled-first",
        "a processor of its own",
        "AU-REG-05",
        image -> image.set("THREADS/0/policy", SCHED_DEADLINE));
    attack(
        "returning",
        "a frame of a signal that never was",
        "AU-REG-15",
        image -> {
          int action = 0;
          while (image.get("SIGNALS/" + action + "/restorer") == 0) {
            action++;
          }
          int row = image.find(Table.REGISTERS, "note_type", NT_PRSTATUS);
          int at = image.offset("REGISTERS/heap/" + row + "/data") + RIP;
          image.set(at, Numbers.of(8, image.get("SIGNALS/" + action + "/restorer")));
        });
    attack(
        "capability-unknown",
        "rights out of an image",
        "AU-CRD-04",
        image -> {
          String field = "CREDENTIALS/0/cap_permitted";
          image.set(field, image.get(field) | 1L << NO_CAPABILITY);
        });
  }

  private void host() {
    attack(
        "machine-other",
        "code of another machine",
        "AU-HST-01",
        image -> image.set(ELF_MACHINE, Numbers.of(2, AARCH64)));
    attack(
        "features-more",
        "instructions that this CPU does not know",
        "AU-HST-03",
        image -> {
          byte[] features = image.bytes("SYSTEM/heap/0/cpu_features");
          int at = new String(features, StandardCharsets.US_ASCII).indexOf("sse4_2");
          features[at + "sse4_".length()] = '9';
          image.set("SYSTEM/heap/0/cpu_features", features);
        });
    attack(
        "vdso-other",
        "jumps into another vdso",
        "AU-HST-05",
        image -> {
          int at = image.offset("SYSTEM/0/vdso_digest");
          image.set(at, (byte) ~image.bytes("SYSTEM/0/vdso_digest")[0]);
          byte[] symbols = image.bytes("SYSTEM/heap/0/vdso_symbols");
          // The last digit of the last line's offset: the lines stay in order.
          int line = symbols.length - 2;
          while (symbols[line - 1] != '\n') {
            line--;
          }
          symbols[line + 15] = (byte) (symbols[line + 15] == 'f' ? 'e' : 'f');
          image.set("SYSTEM/heap/0/vdso_symbols", symbols);
        });
    attack(
        "half-captured",
        "a program without what it had open",
        "AU-IMG-01",
        image -> image.set("SYSTEM/0/flags", 1));
  }
}
