package org.ckimg.testkit.attack;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Numbers;

/** Lies about the program as a whole: where it ran, who it was, what it says of itself. */
final class WholeAttacks {
  private static final int AARCH64 = 183;

  /** Offset in the header. */
  private static final int ELF_MACHINE = 16;

  private static final int NO_CAPABILITY = 62;

  private final Lies lies = new Lies(Subject.EVERY);

  private WholeAttacks() {}

  static List<Attack> all() {
    WholeAttacks all = new WholeAttacks();
    all.identity();
    all.attributes();
    all.machine();
    all.host();
    return all.lies.told();
  }

  private void identity() {
    lies.tell(
        "seccomp-left-out",
        "a program without its sandbox",
        "AU-CRD-05",
        image -> image.set("CREDENTIALS/0/seccomp_mode", 2));
    lies.tell(
        "owner-unknown",
        "a program that becomes its restorer",
        "AU-CRD-01",
        image -> image.set("THREADS/1/credentials", 0));
    lies.tell(
        "owner-nobody",
        "an id of the restorer in the place of none",
        "AU-CRD-11",
        image -> image.set("CREDENTIALS/0/suid", -1));
    lies.tell(
        "capabilities-unknown",
        "rights that nobody takes away",
        "AU-CRD-01",
        image ->
            Lies.forget(
                image,
                "CREDENTIALS/0",
                0,
                "cap_effective",
                "cap_permitted",
                "cap_inheritable",
                "cap_bounding",
                "cap_ambient"));
    lies.tell(
        "sandbox-unknown",
        "a program without its sandbox",
        "AU-CRD-01",
        image -> Lies.forget(image, "CREDENTIALS/0", 2, "no_new_privs", "seccomp_mode"));
    lies.tell(
        "capability-in-effect",
        "rights that the program had not",
        "AU-CRD-04",
        image -> image.set("CREDENTIALS/0/cap_permitted", 0));
    lies.tell(
        "capability-inherited",
        "rights for what the program executes",
        "AU-CRD-04",
        image -> image.set("CREDENTIALS/0/cap_inheritable", 1L << NO_CAPABILITY));
    lies.tell(
        "capability-unknown",
        "rights out of an image",
        "AU-CRD-04",
        image -> {
          String field = "CREDENTIALS/0/cap_permitted";
          image.set(field, image.get(field) | 1L << NO_CAPABILITY);
        });
  }

  private void attributes() {
    for (int personality : new int[] {0x400000, 0x100000, 0x200000, 8}) {
      lies.tell(
          "personality-" + Integer.toHexString(personality),
          "data that becomes code",
          "AU-PRC-01",
          image -> image.set("PROCESSES/0/personality", personality));
    }
    lies.tell(
        "arguments-elsewhere",
        "lies in /proc",
        "AU-PRC-04",
        image -> image.set("PROCESSES/0/arg_start", 0x10000).set("PROCESSES/0/arg_end", 0x10010));
    lies.tell(
        "environment-wraps",
        "lies in /proc",
        "AU-PRC-04",
        image -> image.set("PROCESSES/0/env_end", image.get("PROCESSES/0/env_start") - 1));
    lies.tell(
        "bounds-turned",
        "lies in /proc",
        "AU-PRC-04",
        image -> image.set("PROCESSES/0/brk", image.get("PROCESSES/0/start_brk") - 1));
    lies.tell(
        "bounds-of-kernel",
        "lies in /proc",
        "AU-PRC-04",
        image -> image.set("PROCESSES/0/start_stack", 0x1000));
    lies.bend(
        "entry-elsewhere", "lies in /proc", "AU-PRC-07", image -> setVector(image, 9, 0x10000));
    lies.bend(
        "random-elsewhere", "lies in /proc", "AU-PRC-07", image -> setVector(image, 25, 0x10000));
    lies.tell(
        "secure", "rights of a setuid program", "AU-FIL-09", image -> setVector(image, 23, 1));
    lies.tell(
        "vdso-elsewhere",
        "jumps into another vdso",
        "AU-PRC-05",
        image -> setVector(image, 33, 0x10000));
    lies.tell(
        "limit-unknown",
        "a limit of another kernel",
        "AU-PRC-02",
        image ->
            image.set("LIMITS/" + (image.get("LIMITS/table/num_records") - 1) + "/resource", 31));
  }

  /** A word of the auxiliary vector. */
  private static void setVector(Image image, int key, long value) {
    byte[] vector = image.bytes("PROCESSES/heap/0/auxv");
    int at = 0;
    while (Numbers.get(vector, at, 8) != key) {
      at += 16;
    }
    image.set(image.offset("PROCESSES/heap/0/auxv") + at + 8, Numbers.of(8, value));
  }

  private void machine() {
    lies.tell(
        "registers-of-another-cpu",
        "registers that are lost",
        "AU-HST-04",
        image -> image.set("SYSTEM/0/xcr0", image.get("SYSTEM/0/xcr0") | 1L << 40));
    lies.tell(
        "clocks-unknown",
        "sleeps that never end",
        "AU-CLK-01",
        image -> Lies.forget(image, "ORIGIN/0", 1, "monotonic_nanos"));
    lies.bend(
        "clock-ahead",
        "sleeps that never end",
        "AU-CLK-02",
        image -> image.set("ORIGIN/0/monotonic_nanos", 1L << 61));
  }

  private void host() {
    lies.tell(
        "machine-other",
        "code of another machine",
        "AU-HST-01",
        image -> image.set(ELF_MACHINE, Numbers.of(2, AARCH64)));
    lies.tell(
        "features-more",
        "instructions that this CPU does not know",
        "AU-HST-03",
        image -> {
          byte[] features = image.bytes("SYSTEM/heap/0/cpu_features");
          int at = new String(features, StandardCharsets.US_ASCII).indexOf("sse4_2");
          features[at + "sse4_".length()] = '9';
          image.set("SYSTEM/heap/0/cpu_features", features);
        });
    lies.tell(
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
    lies.tell(
        "half-captured",
        "a program without what it had open",
        "AU-IMG-01",
        image -> image.set("SYSTEM/0/flags", 1));
  }
}
