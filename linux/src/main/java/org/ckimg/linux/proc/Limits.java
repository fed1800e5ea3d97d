package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** /proc/PID/limits, which shows them also where prlimit(2) is not permitted. */
public final class Limits {
  /** The kernel's texts, by RLIMIT_ number. */
  private static final List<String> NAMES =
      List.of(
          "Max cpu time",
          "Max file size",
          "Max data size",
          "Max stack size",
          "Max core file size",
          "Max resident set",
          "Max processes",
          "Max open files",
          "Max locked memory",
          "Max address space",
          "Max file locks",
          "Max pending signals",
          "Max msgqueue size",
          "Max nice priority",
          "Max realtime priority",
          "Max realtime timeout");

  private Limits() {}

  /** What a limit is of, such as {@code open files}. */
  public static String name(int resource) {
    return resource >= 0 && resource < NAMES.size()
        ? NAMES.get(resource).substring("Max ".length())
        : "resource " + resource;
  }

  /** All limits, by number. */
  public static List<ResourceLimit> read(int pid) throws IOException {
    return parse(ProcFile.bytes(pid, "limits"));
  }

  static List<ResourceLimit> parse(byte[] text) {
    List<ResourceLimit> limits = new ArrayList<>();
    Cursor cursor = new Cursor(text);
    while (cursor.hasMore()) {
      for (int resource = 0; resource < NAMES.size(); resource++) {
        if (cursor.accept(NAMES.get(resource))) {
          limits.add(new ResourceLimit(resource, value(cursor.word()), value(cursor.word())));
          break;
        }
      }
      cursor.nextLine();
    }
    limits.sort(Comparator.comparingInt(ResourceLimit::resource));
    return limits;
  }

  private static long value(String word) {
    return word.equals("unlimited") ? -1 : Long.parseUnsignedLong(word);
  }
}
