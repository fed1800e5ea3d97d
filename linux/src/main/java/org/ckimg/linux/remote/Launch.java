package org.ckimg.linux.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.proc.ProcFile;
import org.ckimg.linux.sys.ProcessCalls;

/**
 * Starts a command as a child of this process that can be traced, and lets it run when everything
 * is ready for it, its terminal above all.
 */
public final class Launch {
  private static final int SIGKILL = 9;
  private static final int SIGCONT = 18;

  /** The shell stops itself and then becomes the command. */
  private static final String SCRIPT = "kill -STOP $$; exec \"$@\"";

  private static final String SHELL = "/bin/sh";
  private static final byte[] LOCALE = "CKIMG_LOCALE=".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LC_ALL = "LC_ALL=".getBytes(StandardCharsets.US_ASCII);

  private final int pid;

  private Launch(int pid) {
    this.pid = pid;
  }

  /**
   * A terminal for a command.
   *
   * @param name of the device
   * @param fds of the command that lead to it
   */
  public record OnTerminal(String name, List<Integer> fds) {}

  /**
   * Starts a command that is looked for in PATH; it stands still in front of its first instruction.
   *
   * @param command name and arguments
   * @param variables of its environment besides those of this process
   * @param terminal that the command owns as the leader of a session; without it the command is a
   *     process group of this session
   */
  public static Launch of(
      List<String> command, Map<String, String> variables, Optional<OnTerminal> terminal)
      throws IOException {
    List<byte[]> arguments = new ArrayList<>();
    for (String word : List.of("sh", "-c", SCRIPT, "ckimg")) {
      arguments.add(word.getBytes(StandardCharsets.US_ASCII));
    }
    for (String word : command) {
      arguments.add(word.getBytes(StandardCharsets.UTF_8));
    }
    List<byte[]> environment = environment(variables);
    OwnFiles.closeOnExec();
    int pid =
        terminal.isPresent()
            ? Spawn.startInSession(
                SHELL, arguments, environment, terminal.get().name(), terminal.get().fds())
            : Spawn.startInGroup(SHELL, arguments, environment);
    int status = ProcessCalls.wait(pid, ProcessCalls.WUNTRACED).status();
    if ((status & 0xff) != 0x7f) {
      throw new IOException("%s did not start: wait status 0x%x".formatted(SHELL, status));
    }
    return new Launch(pid);
  }

  /** That of this process, byte for byte, with the variables in place of those of their names. */
  private static List<byte[]> environment(Map<String, String> variables) throws IOException {
    int self = (int) ProcessHandle.current().pid();
    List<byte[]> environment = split(ProcFile.bytes(self, "environ"));
    giveBackLocale(environment);
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      byte[] name = (variable.getKey() + "=").getBytes(StandardCharsets.UTF_8);
      environment.removeIf(entry -> startsWith(entry, name));
      environment.add(
          (variable.getKey() + "=" + variable.getValue()).getBytes(StandardCharsets.UTF_8));
    }
    return environment;
  }

  /** The launcher may have set LC_ALL for the virtual machine, and says what it was before. */
  private static void giveBackLocale(List<byte[]> environment) {
    for (byte[] entry : List.copyOf(environment)) {
      if (startsWith(entry, LOCALE)) {
        environment.removeIf(other -> other == entry || startsWith(other, LC_ALL));
        if (entry.length > LOCALE.length) {
          environment.add(Arrays.copyOfRange(entry, LOCALE.length, entry.length));
        }
      }
    }
  }

  private static boolean startsWith(byte[] entry, byte[] name) {
    return entry.length >= name.length
        && Arrays.equals(entry, 0, name.length, name, 0, name.length);
  }

  private static List<byte[]> split(byte[] texts) {
    List<byte[]> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < texts.length; i++) {
      if (texts[i] == 0) {
        parts.add(Arrays.copyOfRange(texts, start, i));
        start = i + 1;
      }
    }
    return parts;
  }

  /** Process id, before and after it became the command. */
  public int pid() {
    return pid;
  }

  /** Lets it run. */
  public void proceed() throws IOException {
    ProcessCalls.kill(pid, SIGCONT);
  }

  /** Ends it, when it cannot be let run. */
  public void abandon() throws IOException {
    ProcessCalls.kill(pid, SIGKILL);
    ProcessCalls.wait(pid, 0);
  }
}
