package org.ckimg.tools.names;

import java.util.ArrayList;
import java.util.List;

/**
 * Names of the bits of a word.
 *
 * @param names each with all the bits that it stands for
 */
record Bits(List<Name> names) {
  /**
   * One name.
   *
   * @param bits its bits, all of them set when the name is used
   */
  record Name(String name, long bits) {}

  static Name name(String name, long bits) {
    return new Name(name, bits);
  }

  /** Names of what is set, in the order of the table; bits without a name follow as one number. */
  List<String> of(long word) {
    List<String> set = new ArrayList<>();
    long rest = word;
    for (Name name : names) {
      if ((rest & name.bits) == name.bits) {
        set.add(name.name);
        rest &= ~name.bits;
      }
    }
    if (rest != 0) {
      set.add("0x" + Long.toHexString(rest));
    }
    return set;
  }
}
