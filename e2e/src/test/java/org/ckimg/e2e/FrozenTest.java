package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ckimg.linux.ptrace.Tracer;
import org.ckimg.linux.remote.Infection;
import org.ckimg.linux.remote.RemoteCalls;
import org.ckimg.linux.remote.SeizedProcess;
import org.ckimg.linux.remote.TargetBusyException;
import org.ckimg.linux.sys.Sys;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A program that waits in the kernel and does not stop, or does not go on: nobody waits for ever.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@Tag("quick")
class FrozenTest {
  @Test
  void aFrozenProgramIsLeftAlone() throws Exception {
    Account.assumeRoot();
    Path folder = Stage.folder("frozen");
    try (Victim victim = Victim.program(Account.SELF, "steady", "frozen");
        Freezer freezer = Freezer.around(victim.pid())) {
      freezer.freeze();
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", folder.resolve("v.ckimg"))
          .assertExit(4)
          .assertSays("does not (stop|go on)");
      assertEquals(List.of(), RefusalTest.list(folder));
      freezer.thaw();
      passes(victim);
    }
  }

  /** The calls that it was told to make are made when it can, and it goes on from there alone. */
  @Test
  void aProgramThatDoesNotGoOnIsLeftAlone() throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.SELF, "steady", "stalled");
        Freezer freezer = Freezer.around(victim.pid())) {
      TargetBusyException stalled =
          assertThrows(TargetBusyException.class, () -> stall(victim.pid(), freezer));
      assertTrue(stalled.getMessage().contains("does not go on"), stalled.getMessage());
      freezer.thaw();
      passes(victim);
    }
  }

  private static void stall(int pid, Freezer freezer) throws Exception {
    try (Tracer tracer = new Tracer()) {
      tracer.call(() -> infect(pid, freezer));
    }
  }

  private static Void infect(int pid, Freezer freezer) throws Exception {
    Infection infection = Infection.prepare(pid);
    try (SeizedProcess process = SeizedProcess.seize(pid)) {
      freezer.freeze();
      RemoteCalls calls = new RemoteCalls();
      calls.add(Sys.GETPID);
      infection.run(process, calls, Map.of(), true);
    }
    return null;
  }

  /** It is dumped as if nothing had been, and finds itself unharmed. */
  private static void passes(Victim victim) throws Exception {
    victim.dump();
    assertEquals(List.of(), victim.task().children(), "copies that were left");
    assertEquals(0, victim.task().tracer());
    victim.go();
    assertEquals(0, victim.awaitStatus(), victim::report);
    victim.assertPassed();
  }
}
