package org.ckimg.linux.proc;

import java.io.IOException;

/**
 * /proc/meminfo, proc_meminfo(5).
 *
 * @param memory MemTotal, bytes
 * @param swap SwapTotal, bytes
 */
public record MemInfo(long memory, long swap) {
  private static final long KIB = 1024;

  /** Reads it. */
  public static MemInfo read() throws IOException {
    return parse(ProcFile.read("/proc/meminfo"));
  }

  static MemInfo parse(byte[] text) {
    long memory = 0;
    long swap = 0;
    Cursor cursor = new Cursor(text);
    while (cursor.hasMore()) {
      if (cursor.accept("MemTotal:")) {
        memory = cursor.number(10) * KIB;
      } else if (cursor.accept("SwapTotal:")) {
        swap = cursor.number(10) * KIB;
      }
      cursor.nextLine();
    }
    return new MemInfo(memory, swap);
  }

  /** What all programs together can have, bytes. */
  public long total() {
    return memory + swap;
  }
}
