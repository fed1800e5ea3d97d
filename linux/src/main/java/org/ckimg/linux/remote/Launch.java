package org.ckimg.linux.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  private final int pid;

  private Launch(int pid) {
    this.pid = pid;
  }

  /**
   * Starts a command that is looked for in PATH; it stands still in front of its first instruction.
   *
   * @param command name and arguments
   */
  public static Launch of(List<String> command) throws IOException {
    List<byte[]> arguments = new ArrayList<>();
    for (String word : List.of("sh", "-c", SCRIPT, "ckimg")) {
      arguments.add(word.getBytes(StandardCharsets.US_ASCII));
    }
    for (String word : command) {
      arguments.add(word.getBytes(StandardCharsets.UTF_8));
    }
    int self = (int) ProcessHandle.current().pid();
    List<byte[]> environment = split(ProcFile.bytes(self, "environ"));
    int pid = Spawn.startInGroup("/bin/sh", arguments, environment);
    int status = ProcessCalls.wait(pid, ProcessCalls.WUNTRACED).status();
    if ((status & 0xff) != 0x7f) {
      throw new IOException("/bin/sh did not start: wait status 0x%x".formatted(status));
    }
    return new Launch(pid);
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
