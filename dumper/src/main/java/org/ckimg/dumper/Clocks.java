package org.ckimg.dumper;

import java.io.IOException;
import org.ckimg.linux.proc.TimeOffsets;
import org.ckimg.linux.sys.ProcessCalls;

/**
 * What a process's clocks showed, nanoseconds.
 *
 * @param realtime CLOCK_REALTIME
 * @param monotonic CLOCK_MONOTONIC, as the process sees it
 * @param boottime CLOCK_BOOTTIME, as the process sees it
 */
record Clocks(long realtime, long monotonic, long boottime) {
  /** Reads them; a process in a time namespace has its own, time_namespaces(7). */
  static Clocks read(int pid) throws IOException {
    TimeOffsets own = TimeOffsets.read((int) ProcessHandle.current().pid());
    TimeOffsets theirs = TimeOffsets.read(pid);
    long realtime = ProcessCalls.clockNanos(ProcessCalls.CLOCK_REALTIME);
    long monotonic = ProcessCalls.clockNanos(ProcessCalls.CLOCK_MONOTONIC);
    long boottime = ProcessCalls.clockNanos(ProcessCalls.CLOCK_BOOTTIME);
    return new Clocks(
        realtime,
        monotonic + theirs.monotonic() - own.monotonic(),
        boottime + theirs.boottime() - own.boottime());
  }
}
