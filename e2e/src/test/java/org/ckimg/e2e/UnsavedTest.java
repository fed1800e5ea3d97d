package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an image has no place for is said, or refused. */
@Timeout(120)
@Tag("quick")
class UnsavedTest {
  private static final String PROGRAM =
      """
      import ctypes, sys, time
      libc = ctypes.CDLL(None, use_errno=True)
      selector = ctypes.create_string_buffer(1)
      for name in sys.argv[1:]:
          done = {
              'membarrier': lambda: libc.syscall(324, 1 << 4, 0, 0),
              'policy': lambda: libc.syscall(238, 4, None, 0),
              'broken': lambda: libc.prctl(33, 1, 1, 0, 0),
              'dispatch': lambda: libc.prctl(59, 1, 0, 0, selector),
          }[name]()
          if done != 0:
              sys.exit(name + ': ' + str(ctypes.get_errno()))
      print('ready', flush=True)
      time.sleep(1000)
      """;

  private static Victim start(String... names) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(Requirements.python().toString(), "-c", PROGRAM));
    command.addAll(List.of(names));
    Path folder = Stage.folder("unsaved");
    Victim victim = Victim.command(Account.SELF, List.of(), folder, Path.of("/dev/null"), command);
    Await.until(victim::report, () -> victim.output().equals("ready\n"));
    return victim;
  }

  @Shows(
      fate = Shows.Fate.CHANGED,
      what =
          "Registrations for membarrier(2), memory policies, PR_SET_TSC, PR_MCE_KILL, PR_SET_MDWE,"
              + " mitigations of speculation and the like: not saved, and the dump says so")
  @Test
  void whatIsNotSavedIsSaid() throws Exception {
    try (Victim victim = start("membarrier", "policy", "broken")) {
      Path image = Stage.folder("image").resolve("v.ckimg");
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image)
          .assertExit(0)
          .assertSays("process %d: .*membarrier.2. is not saved".formatted(victim.pid()))
          .assertSays("set_mempolicy.2.. is not saved")
          .assertSays("PR_MCE_KILL. is not saved");
    }
    try (Victim victim = start()) {
      Path image = Stage.folder("image").resolve("v.ckimg");
      Outcome usual = Tool.run(Account.SELF, "dump", victim.pid(), "-o", image).assertExit(0);
      assertFalse(usual.err().contains("not saved"), usual::toString);
    }
  }

  /** A call that is made in it would end it. */
  @Shows(fate = Shows.Fate.REFUSED, what = "A program that handles system calls itself")
  @Test
  void aProgramThatHandlesItsCallsIsRefused() throws Exception {
    try (Victim victim = start("dispatch")) {
      Path image = Stage.folder("image").resolve("v.ckimg");
      for (String option : List.of("--stop", "--partial")) {
        Tool.run(Account.SELF, "dump", victim.pid(), "-o", image, option)
            .assertExit(1)
            .assertSays("handles system calls itself .PR_SET_SYSCALL_USER_DISPATCH");
        assertTrue(victim.task().isAlive(), victim::report);
      }
    }
  }
}
