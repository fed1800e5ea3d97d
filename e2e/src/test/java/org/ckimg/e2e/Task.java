package org.ckimg.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process, known so well that nobody else is ever meant: a number can be used again.
 *
 * @param pid its number
 * @param startTicks when it started, in ticks since boot: field 22 of proc_pid_stat(5)
 */
record Task(int pid, long startTicks) {
  private static final int STATE = 0;
  private static final int PARENT = 1;
  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;
  private static final int START = 19;

  /** A start that no process has. */
  private static final long ENDED = -1;

  /** The process that has this number now. */
  static Task of(int pid) throws IOException {
    return new Task(pid, Long.parseLong(fields(pid)[START]));
  }

  /** The process that had this number a moment ago, and may have come to its end since. */
  static Task ofRecent(int pid) {
    return ifThere(pid).findFirst().orElseGet(() -> new Task(pid, ENDED));
  }

  /** The fields of {@code stat} behind the name. */
  private static String[] fields(int pid) throws IOException {
    String text = Files.readString(proc(pid, "stat"), StandardCharsets.ISO_8859_1);
    return text.substring(text.lastIndexOf(')') + 2).split(" ");
  }

  private static Path proc(int pid, String name) {
    return Path.of("/proc/" + pid, name);
  }

  /** True until it has ended; a zombie has ended. */
  boolean isAlive() {
    return isThere() && state() != 'Z';
  }

  /** True until its number is free. */
  boolean isThere() {
    try {
      return Long.parseLong(fields(pid)[START]) == startTicks;
    } catch (IOException e) {
      return false;
    }
  }

  /** The letter of proc_pid_stat(5); X when it is not there. */
  char state() {
    try {
      return fields(pid)[STATE].charAt(0);
    } catch (IOException e) {
      return 'X';
    }
  }

  int parent() throws IOException {
    return Integer.parseInt(fields(pid)[PARENT]);
  }

  /** Time of processors that its threads have used, in ticks. */
  long ticks() throws IOException {
    String[] fields = fields(pid);
    return Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
  }

  /** The pid of its tracer, 0 for none. */
  int tracer() {
    try {
      return Integer.parseInt(status("TracerPid"));
    } catch (IOException e) {
      return 0;
    }
  }

  /** A value of {@code /proc/PID/status}. */
  String status(String key) throws IOException {
    try (Stream<String> lines =
        Files.readString(proc(pid, "status"), StandardCharsets.ISO_8859_1).lines()) {
      return lines
          .filter(line -> line.startsWith(key + ":"))
          .map(line -> line.substring(key.length() + 1).strip())
          .findFirst()
          .orElseThrow(() -> new IOException("no " + key + " of " + pid));
    }
  }

  /** What a link of {@code /proc/PID} says. */
  String link(String name) throws IOException {
    return Files.readSymbolicLink(proc(pid, name)).toString();
  }

  /** Every process that is there now. */
  static Stream<Task> all() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.matches("\\d+"))
          .map(Integer::valueOf)
          .flatMap(Task::ifThere)
          .toList()
          .stream();
    }
  }

  /** Its command line: words that end with zeros. */
  String command() throws IOException {
    return Files.readString(proc("cmdline"), StandardCharsets.ISO_8859_1);
  }

  /** Every process that has this command line now; zombies have none. */
  static List<Task> allOf(String command) throws IOException {
    return all().filter(task -> task.is(command)).toList();
  }

  private boolean is(String command) {
    try {
      return command().equals(command);
    } catch (IOException e) {
      // It has just ended.
      return false;
    }
  }

  /** True when that link says so; a process that has ended is nowhere. */
  boolean isIn(String link, String namespace) {
    try {
      return link(link).equals(namespace);
    } catch (IOException e) {
      return false;
    }
  }

  /** Where {@code /proc} has something of it. */
  Path proc(String name) {
    return proc(pid, name);
  }

  /** Stops it, and waits until all of its threads stand. */
  void stop() throws Exception {
    signal("STOP");
    Await.until(() -> "the stop of " + pid, this::stands);
  }

  private boolean stands() throws IOException {
    for (int tid : threads()) {
      String stat = Files.readString(proc("task/" + tid + "/stat"), StandardCharsets.ISO_8859_1);
      if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
        return false;
      }
    }
    return true;
  }

  /** Ids of its threads. */
  Set<Integer> threads() throws IOException {
    try (Stream<Path> threads = Files.list(proc("task"))) {
      return threads
          .map(thread -> Integer.valueOf(thread.getFileName().toString()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** A core that gdb's gcore writes of it. */
  Path gcore(Path folder) throws Exception {
    Path prefix = folder.resolve("gcore");
    Command.output(
        Requirements.program("gcore").toString(), "-o", prefix.toString(), Integer.toString(pid));
    return folder.resolve("gcore." + pid);
  }

  /** Its mappings, as text. */
  List<String> maps() throws IOException {
    return Files.readAllLines(proc(pid, "maps"), StandardCharsets.ISO_8859_1);
  }

  /** Memory without a name that may be written and executed: only an infection puts it there. */
  List<String> scratch() throws IOException {
    return maps().stream().filter(line -> line.contains(" rwxp ") && line.endsWith(" 0 ")).toList();
  }

  /** Its children, zombies too. */
  List<Task> children() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> threads = Files.list(proc(pid, "task"))) {
      for (Path thread : threads.toList()) {
        all.append(childrenOf(thread)).append(' ');
      }
    }
    return Arrays.stream(all.toString().strip().split("\\s+"))
        .filter(word -> !word.isEmpty())
        .map(Integer::valueOf)
        .flatMap(Task::ifThere)
        .toList();
  }

  /** A thread that ended meanwhile has none: they went to another one. */
  private static String childrenOf(Path thread) throws IOException {
    try {
      return Files.readString(thread.resolve("children"));
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private static Stream<Task> ifThere(int pid) {
    try {
      return Stream.of(of(pid));
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  /** Sends a signal such as {@code USR1}. */
  void signal(String name) throws IOException {
    if (isThere()) {
      Await.end(
          new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", name, Integer.toString(pid))
              .start());
    }
  }

  /** Ends it and its descendants: one that stands still would stay so without it. */
  void killTree() {
    List<Task> children = childrenNow();
    kill();
    children.forEach(Task::killTree);
  }

  private List<Task> childrenNow() {
    try {
      return isThere() ? children() : List.of();
    } catch (IOException e) {
      // It has just ended.
      return List.of();
    }
  }

  /** Ends it, whatever it does. */
  void kill() {
    if (isThere()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
