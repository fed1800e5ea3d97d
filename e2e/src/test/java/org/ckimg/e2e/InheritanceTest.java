package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a program gets from its caller is the caller's still. */
@Timeout(120)
@Tag("quick")
class InheritanceTest {
  /**
   * Flags, owner and signal of descriptor 10 before and after it was the program's, whose own one
   * has O_APPEND, an owner and a signal.
   */
  private static final String CALLER =
      """
      import fcntl, os, subprocess, sys
      os.dup2(os.open(sys.argv[1], os.O_RDWR), 10)
      def state():
          return [fcntl.fcntl(10, what) for what in (fcntl.F_GETFL, fcntl.F_GETOWN, fcntl.F_GETSIG)]
      before = state()
      code = subprocess.call(sys.argv[2:], pass_fds=[10])
      if state() != before:
          print(before, state(), file=sys.stderr)
      sys.exit(code)
      """;

  private static final String PROGRAM =
      """
      import fcntl, os, time
      os.dup2(os.open('own', os.O_RDWR | os.O_CREAT | os.O_APPEND), 10)
      fcntl.fcntl(10, fcntl.F_SETOWN, os.getpid())
      fcntl.fcntl(10, fcntl.F_SETSIG, 50)
      print('ready', flush=True)
      time.sleep(1000)
      """;

  private static String python() throws IOException {
    return Requirements.python().toString();
  }

  @Test
  void itIsAsItWasAfterwards() throws Exception {
    Path folder = Stage.folder("inherited");
    Path file = Files.createFile(folder.resolve("file"));
    List<String> command = List.of(python(), "-c", PROGRAM);
    try (Victim victim =
        Victim.command(Account.SELF, List.of(), folder, Path.of("/dev/null"), command)) {
      Await.until(victim::report, () -> victim.output().equals("ready\n"));
      Path image = victim.dumpAndKill();
      List<String> caller = List.of(python(), "-c", CALLER, file.toString());
      Outcome outcome =
          Tool.run(Account.SELF, caller, "restore", image, "--inherit", "10", "--detach");
      outcome.assertExit(0);
      Task program = Task.ofRecent(Integer.parseInt(outcome.out().strip()));
      Path inherited = Files.readSymbolicLink(program.proc("fd/10"));
      program.kill();
      assertEquals(file, inherited);
      assertEquals(List.of(), outcome.err().lines().filter(l -> l.startsWith("[")).toList());
    }
  }
}
