package org.ckimg.linux.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.ckimg.linux.sys.SyscallException;

/**
 * /proc/PID/timens_offsets, time_namespaces(7): how far the clocks of a process are ahead of the
 * first time namespace's.
 *
 * @param monotonic nanoseconds
 * @param boottime nanoseconds
 */
public record TimeOffsets(long monotonic, long boottime) {
  private static final long NANOS = 1_000_000_000;

  /** Offsets of a process; none on a kernel without time namespaces. */
  public static TimeOffsets read(int pid) throws IOException {
    try {
      return parse(new String(ProcFile.bytes(pid, "timens_offsets"), StandardCharsets.US_ASCII));
    } catch (SyscallException e) {
      return new TimeOffsets(0, 0);
    }
  }

  static TimeOffsets parse(String text) {
    long monotonic = 0;
    long boottime = 0;
    for (String line : text.split("\n")) {
      String[] words = line.strip().split(" +");
      long nanos =
          words.length == 3 ? Long.parseLong(words[1]) * NANOS + Long.parseLong(words[2]) : 0;
      switch (words[0]) {
        case "monotonic" -> monotonic = nanos;
        case "boottime" -> boottime = nanos;
        default -> {}
      }
    }
    return new TimeOffsets(monotonic, boottime);
  }

  /** What is written to the file; possible before a process has entered the namespace. */
  public byte[] text() {
    String text = line("monotonic", monotonic) + line("boottime", boottime);
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String line(String clock, long nanos) {
    return "%s %d %d\n".formatted(clock, Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }
}
