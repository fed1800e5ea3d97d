package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Features of this host's CPU. */
public final class CpuFeatures {
  private CpuFeatures() {}

  /** The flags of the first CPU in /proc/cpuinfo, sorted. */
  public static List<String> read() throws IOException {
    Cursor cursor = new Cursor(ProcFile.read("/proc/cpuinfo"));
    while (cursor.hasMore()) {
      if (cursor.accept("flags")) {
        cursor.until(':');
        return words(cursor);
      }
      cursor.nextLine();
    }
    return List.of();
  }

  private static List<String> words(Cursor cursor) {
    List<String> words = new ArrayList<>();
    String word;
    while (!(word = cursor.word()).isEmpty()) {
      words.add(word);
    }
    words.sort(null);
    return words;
  }
}
