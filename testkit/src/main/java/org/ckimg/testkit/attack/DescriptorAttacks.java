package org.ckimg.testkit.attack;

import java.util.List;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Table;

/** Lies about descriptors: flags, positions, types, who is told of input. */
final class DescriptorAttacks {
  private static final int APPENDED = 10;
  static final int READ = 11;
  static final int NOTHING = 12;
  static final int NAMELESS = 16;
  private static final int TIMER = 14;

  private final Lies lies = new Lies(Subject.EVERY);

  private DescriptorAttacks() {}

  static List<Attack> all() {
    DescriptorAttacks all = new DescriptorAttacks();
    all.descriptors();
    all.locks();
    return all.lies.told();
  }

  static int description(Image image, int fd) {
    return (int) image.get("FDS/" + image.find(Table.FDS, "number", fd) + "/description") - 1;
  }

  static int file(Image image, int fd) {
    return (int) image.get("DESCRIPTIONS/" + description(image, fd) + "/file") - 1;
  }

  private void descriptors() {
    lies.tell(
        "flags-cut",
        "a file that restoring empties",
        "AU-FD-11",
        image -> {
          String field = "DESCRIPTIONS/" + description(image, APPENDED) + "/flags";
          image.set(field, image.get(field) | 01000);
        });
    lies.tell(
        "flags-make",
        "a file that restoring makes",
        "AU-FD-11",
        image -> {
          String field = "DESCRIPTIONS/" + description(image, READ) + "/flags";
          image.set(field, image.get(field) | 0100);
        });
    lies.tell(
        "position-negative",
        "a position before the start",
        "AU-FD-10",
        image -> image.set("DESCRIPTIONS/" + description(image, READ) + "/position", -4096));
    lies.tell(
        "position-beyond",
        "a position that no file has",
        "AU-FD-10",
        image ->
            image.set("DESCRIPTIONS/" + description(image, READ) + "/position", Long.MAX_VALUE));
    lies.tell(
        "number-huge",
        "a table of descriptors that fills memory",
        "AU-FD-09",
        image ->
            image.set("FDS/" + (image.get("FDS/table/num_records") - 1) + "/number", 0x7ffffffe));
    for (int type : new int[] {9, 10, 18}) {
      lies.tell(
          "type-" + type,
          "a descriptor of a kind that gives rights",
          "AU-FD-02",
          image -> image.set("DESCRIPTIONS/" + description(image, NOTHING) + "/type", type));
    }
    lies.tell(
        "type-17",
        "a descriptor of a kind that gives rights",
        "AU-FD-07",
        image -> image.set("DESCRIPTIONS/" + description(image, NOTHING) + "/type", 17));
    lies.tell(
        "device-as-file",
        "a device behind a regular file's type",
        "AU-FD-14",
        image -> image.set("DESCRIPTIONS/" + description(image, NOTHING) + "/type", 1));
    lies.tell(
        "file-as-fifo",
        "bytes out of an image in a file",
        "AU-FD-14",
        image -> image.set("DESCRIPTIONS/" + description(image, READ) + "/type", 4));
    lies.bend(
        "owner-init",
        "signals to process 1 with ckimg's rights",
        "AU-FD-12",
        image -> image.set("DESCRIPTIONS/" + description(image, APPENDED) + "/owner", 1));
    lies.tell(
        "owner-kill",
        "a signal that cannot be caught",
        "AU-FD-13",
        image -> image.set("DESCRIPTIONS/" + description(image, APPENDED) + "/number", 9));
    lies.tell(
        "watch-nothing",
        "an epoll instance that watches nothing of the program",
        "AU-FD-07",
        image -> image.set("WATCHES/0/target", 0));
    lies.tell(
        "watch-far",
        "a table of descriptors that fills memory",
        "AU-FD-09",
        image ->
            image.set(
                "WATCHES/" + (image.get("WATCHES/table/num_records") - 1) + "/number", 0x7ffffffe));
    lies.tell(
        "counter-endless",
        "a restore that fails half-way",
        "AU-FD-17",
        image -> image.set("EVENTS/" + image.find(Table.EVENTS, "kind", 1) + "/number", -1));
    lies.tell(
        "timer-clock",
        "a clock that is none",
        "AU-FD-08",
        image -> image.set("EVENTS/" + (image.get("EVENTS/table/num_records") - 1) + "/clock", 99));
    lies.tell(
        "timer-storm",
        "a timer without pause",
        "AU-TIM-01",
        image ->
            image.set(
                "EVENTS/"
                    + image.find(Table.EVENTS, "description", description(image, TIMER) + 1L)
                    + "/interval_nanos",
                1));
  }

  private void locks() {
    lies.tell(
        "lock-of-another-file",
        "a lock of a file that the program has not open",
        "AU-LCK-01",
        image -> image.set("LOCKS/0/file", image.get("PROCESSES/0/exe")));
    lies.tell(
        "lock-around",
        "a lock that wraps",
        "AU-LCK-01",
        image -> image.set("LOCKS/0/start", Long.MAX_VALUE));
  }
}
