package org.ckimg.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A person at a terminal of 80 columns and 24 rows: a shell in tmux(1), whose prompt is {@code
 * [STATUS]} of the last command. In its folder {@code ./ckimg} is the tool. What it showed is kept
 * in {@code target/screens}.
 */
final class Tmux implements AutoCloseable {
  private static final Path EVIDENCE = Stage.checkout().resolve("e2e/target/screens");

  private static final int ROWS = 24;

  private final Account account;
  private final Path folder;
  private final Path evidence;
  private int captures;

  private Tmux(Account account, Path folder, Path evidence) {
    this.account = account;
    this.folder = folder;
    this.evidence = evidence;
  }

  /**
   * Sits down.
   *
   * @param label of the folder and of what is kept
   */
  static Tmux start(Account account, String label) throws Exception {
    account.assumeUsable();
    Requirements.program("tmux");
    Path folder = Stage.folder(label);
    Tmux tmux = new Tmux(account, folder, EVIDENCE.resolve(label + "-" + account));
    String ckimg = "#!/bin/sh\nexec '" + String.join("' '", Tool.command()) + "' \"$@\"\n";
    Files.writeString(tmux.file("ckimg"), ckimg);
    Files.setPosixFilePermissions(tmux.file("ckimg"), PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> shell =
        List.of("env", "-i", "PATH=" + System.getenv("PATH"), "TERM=screen", "LC_ALL=C.UTF-8");
    List<String> start = new ArrayList<>(List.of("new-session", "-d", "-x", "80", "-y", "" + ROWS));
    start.addAll(shell);
    start.addAll(List.of("HOME=" + folder, "PS1=[$?] ", "sh"));
    tmux.tmux(start);
    tmux.awaitPrompt(0);
    return tmux;
  }

  /** A file in the folder. */
  Path file(String name) {
    return folder.resolve(name);
  }

  /** Types text, and Enter. */
  void line(String text) throws Exception {
    type(text);
    key("Enter");
  }

  /** Types text. */
  void type(String text) throws Exception {
    tmux(List.of("send-keys", "-l", "--", text));
  }

  /** Presses keys, in tmux's words: {@code C-e}, {@code Escape}. */
  void key(String... keys) throws Exception {
    tmux(Stream.concat(Stream.of("send-keys"), Stream.of(keys)).toList());
  }

  /** Pulls at the corner of the window. */
  void resize(int columns, int rows) throws Exception {
    tmux(List.of("resize-window", "-x", "" + columns, "-y", "" + rows));
  }

  /** An empty screen with a prompt on top. */
  void clear() throws Exception {
    line("clear");
    Await.until(this::report, () -> screen().matches("\\[\\d+\\]\\s*"));
  }

  /** What it shows, without blanks at the ends of lines and without empty lines below. */
  String screen() throws Exception {
    return tmux(List.of("capture-pane", "-p")).stripTrailing() + "\n";
  }

  /** Waits until it shows this, a regular expression of a part of a line. */
  void await(String regex) throws Exception {
    Pattern pattern = Pattern.compile(regex, Pattern.MULTILINE);
    Await.until(() -> "'" + regex + "' on\n" + report(), () -> pattern.matcher(screen()).find());
  }

  /** Waits until the shell waits, after a command with this status. */
  void awaitPrompt(int status) throws Exception {
    await("\\[" + status + "\\]\\s*\\z");
  }

  /** Waits until it shows this in all rows but the last, where programs have their messages. */
  void awaitRows(String expected) throws Exception {
    String rows = allButLast(expected);
    Await.until(
        () -> "expected:\n" + expected + "\non\n" + report(),
        () -> allButLast(screen()).equals(rows));
  }

  /** The rows of a full screen above the last one. */
  static String allButLast(String screen) {
    return screen.lines().limit(ROWS - 1).collect(Collectors.joining("\n"));
  }

  /** What it shows now, kept under a name. */
  String keep(String name) throws Exception {
    String screen = screen();
    Files.createDirectories(evidence);
    Files.writeString(evidence.resolve("%02d-%s.txt".formatted(++captures, name)), screen);
    return screen;
  }

  /** The program that the shell waits for. */
  Task job() throws Exception {
    int shell = Integer.parseInt(tmux(List.of("list-panes", "-F", "#{pane_pid}")).strip());
    return Task.of(shell).children().getFirst();
  }

  /** The server itself, which has the terminal's other side. */
  Task server() throws Exception {
    return Task.of(Integer.parseInt(tmux(List.of("display", "-p", "#{pid}")).strip()));
  }

  private String report() {
    try {
      return screen();
    } catch (Exception e) {
      return e.toString();
    }
  }

  private String tmux(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(account.prefix());
    command.addAll(List.of("tmux", "-u", "-f", "/dev/null", "-S", file("tmux").toString()));
    command.addAll(arguments);
    return Command.output(command, folder);
  }

  @Override
  public void close() throws IOException {
    // A server whose last shell has ended is gone.
    tmux(List.of("start-server", ";", "kill-server"));
  }
}
