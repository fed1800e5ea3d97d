package org.ckimg.dumper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.ckimg.linux.proc.ProcFile;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * What a process's clocks showed, nanoseconds.
 *
 * @param realtime CLOCK_REALTIME
 * @param monotonic CLOCK_MONOTONIC, as the process sees it
 * @param boottime CLOCK_BOOTTIME, as the process sees it
 */
record Clocks(long realtime, long monotonic, long boottime) {
  private static final long NANOS = 1_000_000_000;

  /** Reads them; a process in a time namespace has its own, time_namespaces(7). */
  static Clocks read(int pid) throws IOException {
    int self = (int) ProcessHandle.current().pid();
    long realtime = ProcessCalls.clockNanos(ProcessCalls.CLOCK_REALTIME);
    long monotonic = ProcessCalls.clockNanos(ProcessCalls.CLOCK_MONOTONIC);
    long boottime = ProcessCalls.clockNanos(ProcessCalls.CLOCK_BOOTTIME);
    return new Clocks(
        realtime,
        monotonic + offset(pid, "monotonic") - offset(self, "monotonic"),
        boottime + offset(pid, "boottime") - offset(self, "boottime"));
  }

  private static long offset(int pid, String clock) throws IOException {
    byte[] text;
    try {
      text = ProcFile.bytes(pid, "timens_offsets");
    } catch (SyscallException e) {
      // A kernel without time namespaces.
      return 0;
    }
    for (String line : new String(text, StandardCharsets.US_ASCII).split("\n")) {
      String[] words = line.strip().split(" +");
      if (words.length == 3 && words[0].equals(clock)) {
        return Long.parseLong(words[1]) * NANOS + Long.parseLong(words[2]);
      }
    }
    return 0;
  }
}
