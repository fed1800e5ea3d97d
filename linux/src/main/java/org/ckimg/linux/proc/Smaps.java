package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** /proc/PID/smaps, of which only VmFlags matter. Reading it walks all page tables. */
public final class Smaps {
  private Smaps() {}

  /** The flags of every mapping, ascending. */
  public static List<VmFlags> read(int pid) throws IOException {
    return parse(ProcFile.bytes(pid, "smaps"));
  }

  static List<VmFlags> parse(byte[] text) {
    List<VmFlags> all = new ArrayList<>();
    Cursor cursor = new Cursor(text);
    Mapping mapping = null;
    while (cursor.hasMore()) {
      if (Character.digit(cursor.peek(), 16) >= 0 && cursor.peek() < 'A'
          || cursor.peek() >= 'a' && cursor.peek() <= 'f') {
        mapping = Maps.line(cursor);
      } else if (cursor.accept("VmFlags:") && mapping != null) {
        all.add(new VmFlags(mapping.start(), mapping.end(), flags(cursor)));
      } else {
        cursor.nextLine();
      }
    }
    return all;
  }

  private static Set<String> flags(Cursor cursor) {
    Set<String> flags = new HashSet<>();
    String flag;
    while (!(flag = cursor.word()).isEmpty()) {
      flags.add(flag);
    }
    cursor.nextLine();
    return Set.copyOf(flags);
  }
}
