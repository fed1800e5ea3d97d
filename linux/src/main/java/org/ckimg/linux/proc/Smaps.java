package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** /proc/PID/smaps, of which only VmFlags matter. Reading it walks all page tables. */
public final class Smaps {
  /**
   * Stands among the flags of a mapping with a protection key, pkeys(7), which has a line of its
   * own.
   */
  public static final String PROTECTION_KEY = "pkey";

  private Smaps() {}

  /** The flags of every mapping, ascending. */
  public static List<VmFlags> read(int pid) throws IOException {
    return parse(ProcFile.bytes(pid, "smaps"));
  }

  static List<VmFlags> parse(byte[] text) {
    List<VmFlags> all = new ArrayList<>();
    Cursor cursor = new Cursor(text);
    Mapping mapping = null;
    boolean keyed = false;
    while (cursor.hasMore()) {
      if (Character.digit(cursor.peek(), 16) >= 0 && cursor.peek() < 'A'
          || cursor.peek() >= 'a' && cursor.peek() <= 'f') {
        mapping = Maps.line(cursor);
        keyed = false;
      } else if (cursor.accept("ProtectionKey:")) {
        keyed = cursor.number(10) != 0;
        cursor.nextLine();
      } else if (cursor.accept("VmFlags:") && mapping != null) {
        all.add(new VmFlags(mapping.start(), mapping.end(), flags(cursor, keyed)));
      } else {
        cursor.nextLine();
      }
    }
    return all;
  }

  private static Set<String> flags(Cursor cursor, boolean keyed) {
    Set<String> flags = new HashSet<>();
    if (keyed) {
      flags.add(PROTECTION_KEY);
    }
    String flag;
    while (!(flag = cursor.word()).isEmpty()) {
      flags.add(flag);
    }
    cursor.nextLine();
    return Set.copyOf(flags);
  }
}
