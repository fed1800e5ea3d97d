package org.ckimg.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of {@code /proc/PID/maps}.
 *
 * @param start first address
 * @param end first address behind it
 * @param protection such as {@code rw-}
 * @param offset in the file, bytes
 * @param path as the kernel shows it; empty for memory without a name
 */
record ProcMap(long start, long end, String protection, long offset, String path) {
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-]). ([0-9a-f]+) \\S+ \\d+ *(.*)");

  static List<ProcMap> of(List<String> lines) {
    return lines.stream().map(ProcMap::of).toList();
  }

  /**
   * The mappings of {@code smaps} that are not left out of cores (flag dd): by MADV_DONTDUMP, or by
   * the kernel, of its own data.
   */
  static List<ProcMap> inCores(List<String> smaps) {
    List<ProcMap> maps = new ArrayList<>();
    for (String line : smaps) {
      if (LINE.matcher(line).matches()) {
        maps.add(of(line));
      } else if (line.startsWith("VmFlags:") && line.contains(" dd")) {
        maps.removeLast();
      }
    }
    return maps;
  }

  private static ProcMap of(String line) {
    Matcher fields = LINE.matcher(line);
    if (!fields.matches()) {
      throw new IllegalArgumentException(line);
    }
    return new ProcMap(
        Long.parseUnsignedLong(fields.group(1), 16),
        Long.parseUnsignedLong(fields.group(2), 16),
        fields.group(3),
        Long.parseUnsignedLong(fields.group(4), 16),
        fields.group(5));
  }

  /** True for memory of a file that has this name now, or had it. */
  boolean isOfFile() {
    return path.startsWith("/");
  }

  /** As gdb writes it: every segment can be read, also one of memory that cannot. */
  ProcMap asOfGdb() {
    return new ProcMap(start, end, "r" + protection.substring(1), offset, path);
  }
}
