package org.ckimg.testkit.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ckimg.testkit.Image;

/** Collects the lies of one kind. */
final class Lies {
  /** An address of the kernel. */
  static final long KERNEL = 0xffffffff81000000L;

  /** No address at all. */
  static final long NOT_CANONICAL = 1L << 63;

  private final Subject subject;
  private final List<Attack> told = new ArrayList<>();

  Lies(Subject subject) {
    this.subject = subject;
  }

  /**
   * Adds a lie that is refused.
   *
   * @param rules that find it, separated by spaces, sorted
   */
  void tell(String name, String against, String rules, Consumer<Image> lie) {
    told.add(new Attack(subject, name, against, List.of(rules.split(" ")), true, lie));
  }

  /**
   * Adds a lie that the program comes back with, by the default policy, without what it asks for.
   */
  void bend(String name, String against, String rules, Consumer<Image> lie) {
    told.add(new Attack(subject, name, against, List.of(rules.split(" ")), false, lie));
  }

  /** Takes back that fields of a record are known: clears their bit, and makes them zero. */
  static void forget(Image image, String row, int bit, String... fields) {
    String present = row + "/present";
    image.set(present, image.get(present) & ~(1L << bit));
    for (String field : fields) {
      image.set(row + "/" + field, 0);
    }
  }

  List<Attack> told() {
    return List.copyOf(told);
  }
}
