package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A dump that does not come to its end leaves the program running and the disk clean. */
@Timeout(180)
@Tag("quick")
class InterruptTest {
  /** What a terminal, a service manager or a shell sends that ends. */
  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

  private static final int ROUNDS = 9;

  @Test
  void aSignalLeavesTargetAndDiskClean() throws Exception {
    Requirements.program("env");
    Random random = Seed.of("InterruptTest");
    Path folder = Stage.folder("interrupted");
    int interrupted = 0;
    try (Victim victim = Victim.program(Account.SELF, "gap", "256")) {
      for (int round = 0; round < ROUNDS; round++) {
        Path image = folder.resolve("v" + round + ".ckimg");
        String signal = SIGNALS.get(round % SIGNALS.size());
        Outcome outcome = interrupt(victim, image, signal, random.nextInt(200), round % 2 == 0);
        if (outcome.exit() == 0) {
          Files.delete(image);
        } else {
          interrupted++;
        }
        assertEquals(List.of(), RefusalTest.list(folder), outcome::toString);
        assertUnharmed(victim);
      }
      assertTrue(interrupted > 0, "every dump was faster than the signal");
      victim.dump();
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
    }
  }

  /** Whoever starts the tests may ignore a signal, and hands that on: env puts it back. */
  private static Outcome interrupt(
      Victim victim, Path image, String signal, int delayMs, boolean running) throws Exception {
    List<String> wrapper = List.of("env", "--default-signal=INT,TERM,HUP");
    try (Tool tool = Tool.start(Account.SELF, wrapper, "dump", victim.pid(), "-o", image)) {
      Await.until(
          () -> "the dump has begun",
          () -> !tool.isRunning() || victim.task().tracer() != 0 || hasChild(victim));
      if (running) {
        Thread.sleep(delayMs);
      }
      Task.of(tool.pid()).signal(signal);
      return tool.await();
    }
  }

  private static boolean hasChild(Victim victim) throws Exception {
    return !victim.task().children().isEmpty();
  }

  private static void assertUnharmed(Victim victim) throws Exception {
    assertEquals(0, victim.task().tracer(), "tracer");
    assertNotEquals('t', victim.task().state(), "state");
    assertTrue(victim.task().isAlive(), victim::report);
    assertEquals(List.of(), victim.task().children(), "children");
    assertEquals(List.of(), victim.task().scratch(), "scratch mappings");
  }

  /** The virtual machine shows its threads at SIGQUIT, and never within an image. */
  @Test
  void aQuestionToTheVirtualMachineIsNotAnsweredInTheImage() throws Exception {
    Path image = Stage.folder("asked").resolve("v.ckimg");
    try (Victim victim = Victim.program(Account.SELF, "memory", "16");
        HeldDump dump = HeldDump.of(victim)) {
      Task.ofRecent(dump.tool().pid()).signal("QUIT");
      Await.until(() -> "an answer", () -> dump.tool().err().contains("Full thread dump"));
      dump.letGo(image);
      Tool.run(Account.SELF, "check", image).assertExit(0);
      assertUnharmed(victim);
    }
  }
}
