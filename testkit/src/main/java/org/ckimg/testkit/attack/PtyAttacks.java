package org.ckimg.testkit.attack;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.ckimg.testkit.Image;

/** Lies about pseudo terminals inside the program, and about the sessions that they control. */
final class PtyAttacks {
  private static final int MASTER = 5;
  private static final int LOCKED = 1 << 5;
  private static final int HUNG_UP = 2;
  private static final int DISCIPLINE = 16;
  private static final int SLAVE_NUMBER = 0x8800;

  private final Lies pairs = new Lies(Subject.PTYS);
  private final Lies sessions = new Lies(Subject.JOB);

  private PtyAttacks() {}

  static List<Attack> all() {
    PtyAttacks all = new PtyAttacks();
    all.pairs();
    all.sessions();
    return Stream.of(all.pairs, all.sessions).flatMap(lies -> lies.told().stream()).toList();
  }

  private void pairs() {
    pairs.tell(
        "pty-two-masters",
        "what is typed into one terminal, read in another",
        "AU-PTY-01",
        image -> {
          int first = row(r -> image.get("EVENTS/" + r + "/kind") == MASTER);
          long number = image.get("EVENTS/" + first + "/number");
          // Nobody has opened that: its slave is not missed.
          int other = row(r -> image.get("EVENTS/" + r + "/flags") == LOCKED);
          image.set("EVENTS/" + other + "/number", number);
        });
    pairs.tell(
        "pty-open-and-hung-up",
        "a terminal in a state that none has",
        "AU-PTY-01",
        image -> {
          int open = row(r -> image.get("TERMINALS/" + r + "/input") != 0 && flags(image, r) == 0);
          image.set("TERMINALS/" + open + "/flags", HUNG_UP);
        });
    pairs.tell(
        "pty-never-opened",
        "bytes in a terminal that nobody could write to",
        "AU-PTY-01",
        image -> {
          int hung = row(r -> flags(image, r) == HUNG_UP);
          image.set("TERMINALS/" + hung + "/flags", 0);
        });
    pairs.tell(
        "pty-discipline",
        "a module of the kernel that is loaded for it",
        "AU-PTY-02",
        image -> image.set(image.offset("TERMINALS/0/modes") + DISCIPLINE, (byte) 3));
  }

  private static long flags(Image image, int row) {
    return image.get("TERMINALS/" + row + "/flags");
  }

  private static int row(IntPredicate wanted) {
    int row = 0;
    while (!wanted.test(row)) {
      row++;
    }
    return row;
  }

  private void sessions() {
    sessions.tell(
        "pty-of-two-sessions",
        "a terminal that two sessions have",
        "AU-PTY-04",
        image -> {
          String root = "PROCESSES/0/";
          image.set(root + "tty_number", image.get(process(image, true) + "tty_number"));
        });
    sessions.tell(
        "pty-of-some",
        "a process that its terminal does not signal",
        "AU-PTY-04",
        image -> image.set(process(image, false) + "tty_number", SLAVE_NUMBER + 0xff));
    sessions.tell(
        "pty-foreground-elsewhere",
        "^C that reaches another session",
        "AU-PTY-05",
        image -> image.set(process(image, true) + "tty_pgrp", image.get("PROCESSES/0/pgid")));
  }

  /** A process behind the first one that leads its session, or that does not. */
  private static String process(Image image, boolean leads) {
    int found =
        row(r ->
            r > 0
                && (image.get("PROCESSES/" + r + "/sid") == image.get("PROCESSES/" + r + "/pid"))
                    == leads);
    return "PROCESSES/" + found + "/";
  }
}
