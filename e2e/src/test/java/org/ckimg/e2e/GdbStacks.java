package org.ckimg.e2e;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What gdb says of a process, by {@code backtraces.py}. */
final class GdbStacks {
  private static final Pattern THREAD = Pattern.compile("thread (\\d+)");
  private static final Pattern FRAME =
      Pattern.compile("frame ([0-9a-f]+) (True|False) (\\S+) (.*)");
  private static final Pattern SYMBOL = Pattern.compile("(\\S+)(?: \\+ (\\d+))? in section .*");

  private GdbStacks() {}

  /**
   * A frame.
   *
   * @param address where it goes on
   * @param signal true for what a signal handler returns to
   * @param function its name
   * @param offset in what the symbol table calls it
   */
  record Frame(long address, boolean signal, Optional<String> function, Optional<Long> offset) {}

  /** Frames of each thread, the innermost first. */
  static Map<Integer, List<Frame>> backtraces(Task task) throws Exception {
    Path gdb = Requirements.program("gdb");
    Path folder = Stage.folder("gdb");
    Path script = folder.resolve("backtraces.py");
    try (InputStream in = GdbStacks.class.getResourceAsStream("/backtraces.py")) {
      Files.copy(in, script);
    }
    String said =
        Command.output(
            gdb.toString(), "-batch", "-nx", "-p", "" + task.pid(), "-x", script.toString());
    Map<Integer, List<Frame>> threads = parse(said);
    if (threads.isEmpty()) {
      throw new AssertionError("gdb: " + said);
    }
    return threads;
  }

  private static Map<Integer, List<Frame>> parse(String said) {
    Map<Integer, List<Frame>> threads = new TreeMap<>();
    List<Frame> frames = new ArrayList<>();
    for (String line : said.split("\n")) {
      Matcher thread = THREAD.matcher(line);
      Matcher frame = FRAME.matcher(line);
      if (thread.matches()) {
        frames = new ArrayList<>();
        threads.put(Integer.valueOf(thread.group(1)), frames);
      } else if (frame.matches()) {
        frames.add(frame(frame));
      }
    }
    return threads;
  }

  private static Frame frame(Matcher line) {
    Matcher symbol = SYMBOL.matcher(line.group(4));
    Optional<Long> offset =
        symbol.matches()
            ? Optional.of(symbol.group(2) == null ? 0 : Long.parseLong(symbol.group(2)))
            : Optional.empty();
    return new Frame(
        Long.parseUnsignedLong(line.group(1), 16),
        line.group(2).equals("True"),
        Optional.of(line.group(3)).filter(name -> !name.equals("None")),
        offset);
  }
}
