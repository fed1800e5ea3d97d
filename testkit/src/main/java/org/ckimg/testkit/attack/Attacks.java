package org.ckimg.testkit.attack;

import java.util.List;
import java.util.stream.Stream;

/** Everything that an image can be made to say to get more than the program had. */
public final class Attacks {
  private Attacks() {}

  /** All of them; a new kind of lie is a class of its own, and has its line here. */
  public static List<Attack> all() {
    return Stream.of(
            FileAttacks.all(),
            DescriptorAttacks.all(),
            SocketAttacks.all(),
            SignalAttacks.all(),
            RegisterAttacks.all(),
            MemoryAttacks.all(),
            WholeAttacks.all(),
            TreeAttacks.all(),
            KindAttacks.all(),
            PtyAttacks.all())
        .flatMap(List::stream)
        .toList();
  }

  /** Those that are told in the image of one program. */
  public static List<Attack> of(Subject subject) {
    return all().stream().filter(attack -> attack.subject() == subject).toList();
  }
}
