package org.ckimg.bench.whole;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * A command that was run to its end.
 *
 * @param millis from start to end
 * @param peakBytes most memory it had, as far as it lived long enough to be looked at
 * @param out standard output
 * @param err standard error
 */
record Shell(double millis, long peakBytes, String out, String err) {
  private static final long LOOK_MILLIS = 5;
  private static final int KIB = 1024;

  /** Runs it; it must end well. */
  static Shell run(Path folder, Object... command) throws IOException, InterruptedException {
    Path out = folder.resolve("command.out");
    Path err = folder.resolve("command.err");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(Arrays.stream(command).map(Object::toString).toList())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    long peak = 0;
    while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, peak(process.pid()));
    }
    double millis = (System.nanoTime() - start) / 1e6;
    Shell done = new Shell(millis, peak, Files.readString(out).strip(), Files.readString(err));
    if (process.exitValue() != 0) {
      throw new IOException(
          "%s ended with %d: %s%s"
              .formatted(Arrays.toString(command), process.exitValue(), done.out, done.err));
    }
    return done;
  }

  /** VmHWM of proc_pid_status(5). */
  private static long peak(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB;
        }
      }
      return 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
