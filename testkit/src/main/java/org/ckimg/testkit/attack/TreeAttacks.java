package org.ckimg.testkit.attack;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Table;

/** Lies about who is whose child, and about what processes have together. */
final class TreeAttacks {
  private static final int ZOMBIE = 4;
  private static final int EXIT_STATUS_AND_PENDING = 1 << 3 | 1 << 20;
  private static final int TTY_NUMBER = 1 << 14;
  private static final int COMM_AND_BLOCKED = 1 | 1 << 1;

  /** 36 TiB: two of them are more than the usual policy allows, and one is not. */
  private static final long MANY_PAGES = 36L << 28;

  private final Lies lies = new Lies(Subject.FAMILY);

  private TreeAttacks() {}

  static List<Attack> all() {
    TreeAttacks all = new TreeAttacks();
    all.parents();
    all.sharing();
    all.sessions();
    all.pipes();
    all.memory();
    return all.lies.told();
  }

  /** Reads and changes one process of an image. */
  private record Member(Image image, int row) {
    long get(String field) {
      return image.get("PROCESSES/" + row + "/" + field);
    }

    Member set(String field, long value) {
      image.set("PROCESSES/" + row + "/" + field, value);
      return this;
    }

    boolean isAlive() {
      return get("state") != ZOMBIE;
    }

    boolean leadsSession() {
      return get("sid") == get("pid");
    }
  }

  private static Member first(Image image, IntPredicate wanted) {
    int row = 0;
    while (!wanted.test(row)) {
      row++;
    }
    return new Member(image, row);
  }

  /** The process that all others descend from: the launcher is not in the image. */
  private static Member root(Image image) {
    return first(
        image,
        row -> {
          long parent = new Member(image, row).get("ppid");
          long records = image.get("PROCESSES/table/num_records");
          for (int other = 0; other < records; other++) {
            if (new Member(image, other).get("pid") == parent) {
              return false;
            }
          }
          return true;
        });
  }

  /** A child of the first process that leads no session, and is alive. */
  private static Member child(Image image) {
    long parent = root(image).get("pid");
    return first(
        image,
        row -> {
          Member member = new Member(image, row);
          return member.get("ppid") == parent && member.isAlive() && !member.leadsSession();
        });
  }

  /** A process that leads a session, and is not the first one. */
  private static Member leader(Image image) {
    int root = root(image).row();
    return first(image, row -> row != root && new Member(image, row).leadsSession());
  }

  private static Member zombie(Image image) {
    return first(image, row -> !new Member(image, row).isAlive());
  }

  private static String leaderOf(Member process) {
    int row = 0;
    while (process.image().get("THREADS/" + row + "/process") != process.row()) {
      row++;
    }
    return "THREADS/" + row;
  }

  private void tell(String name, String against, String rules, Consumer<Image> lie) {
    lies.tell(name, against, rules, lie);
  }

  private void parents() {
    tell(
        "tree-two-roots",
        "a process that belongs to nobody",
        "AU-TRE-01",
        image -> child(image).set("ppid", 1));
    tell(
        "tree-circle",
        "processes that are each other's parents",
        "AU-TRE-01",
        image -> leader(image).set("ppid", withParent(image, leader(image).get("pid")).get("pid")));
    tell(
        "tree-child-of-the-dead",
        "a process that belongs to nobody",
        "AU-TRE-01",
        image -> child(image).set("ppid", zombie(image).get("pid")));
    tell(
        "zombie-without-status",
        "an end that nobody knows",
        "AU-IMG-04",
        image -> {
          Member zombie = zombie(image);
          zombie.set("present", zombie.get("present") & ~EXIT_STATUS_AND_PENDING);
          zombie.set("exit_status", 0);
        });
    tell(
        "zombie-with-a-mask",
        "what is kept of one that has ended, and lost",
        "AU-IMG-04",
        image -> {
          String thread = leaderOf(zombie(image));
          image.set(thread + "/present", COMM_AND_BLOCKED).set(thread + "/blocked", 1);
        });
    tell(
        "end-told-by-nothing",
        "an end that is told by no signal that exists",
        "AU-SIG-10",
        image -> child(image).set("exit_signal", -1));
    tell(
        "signals-unknown",
        "signals that are lost",
        "AU-SIG-01",
        image -> {
          Member child = child(image);
          child.set("present", child.get("present") & ~EXIT_STATUS_AND_PENDING);
        });
  }

  private void sharing() {
    tell(
        "folder-of-a-stranger",
        "a working directory that another session moves",
        "AU-TRE-05",
        image -> {
          Member child = child(image);
          Member leader = leader(image);
          boolean before = child.get("pid") < leader.get("pid");
          Member first = before ? child : leader;
          Member sharer = before ? leader : child;
          for (String place : List.of("cwd", "root", "umask")) {
            sharer.set(place, first.get(place));
          }
          sharer.set("fs_of", first.get("pid"));
        });
  }

  private static Member withParent(Image image, long pid) {
    return first(image, row -> new Member(image, row).get("ppid") == pid);
  }

  private void sessions() {
    tell(
        "session-of-others",
        "the session of a stranger",
        "AU-TRE-02 AU-TRE-03",
        image -> child(image).set("sid", 1));
    tell(
        "group-of-others",
        "signals to another session",
        "AU-TRE-03",
        image -> child(image).set("pgid", leader(image).get("pid")));
    tell(
        "terminal-of-a-child",
        "another's terminal",
        "AU-TRE-04",
        image -> {
          Member leader = leader(image);
          leader.set("present", leader.get("present") | TTY_NUMBER).set("tty_number", 0x8801);
        });
  }

  private void pipes() {
    tell(
        "pipe-overfull",
        "a restore that never ends",
        "AU-FD-15",
        image -> image.set("PIPES/" + fullest(image) + "/capacity", 4));
  }

  private static int fullest(Image image) {
    int row = 0;
    while (image.get("PIPES/" + row + "/queue") == 0) {
      row++;
    }
    return row;
  }

  private void memory() {
    lies.tell(
        "memory-of-all",
        "memory exhausted by many who each have little",
        "AU-MEM-08",
        image -> {
          for (Member member : List.of(root(image), child(image))) {
            String row = "VMAS/" + beforeLargestGap(image, member.row());
            image.set(row + "/num_pages", image.get(row + "/num_pages") + MANY_PAGES);
          }
        });
  }

  /** The mapping of a process that is followed by the most that nothing is mapped in. */
  private static int beforeLargestGap(Image image, int process) {
    int first = image.find(Table.VMAS, "process", process);
    int found = first;
    long largest = 0;
    for (int row = first; image.get("VMAS/" + (row + 1) + "/process") == process; row++) {
      String vma = "VMAS/" + row;
      long end = image.get(vma + "/first_page") + image.get(vma + "/num_pages");
      long gap = image.get("VMAS/" + (row + 1) + "/first_page") - end;
      // The page of system calls is in the kernel half.
      if (gap > largest && gap < 1L << 35) {
        largest = gap;
        found = row;
      }
    }
    return found;
  }
}
