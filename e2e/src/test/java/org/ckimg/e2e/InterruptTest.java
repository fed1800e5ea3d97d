package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A dump that does not come to its end leaves the program running and the disk clean. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@Tag("quick")
class InterruptTest {
  /** What a terminal, a service manager or a shell sends that ends, and its number. */
  private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

  /** Whoever starts the tests may ignore a signal, and hands that on: env puts it back. */
  private static final List<String> DEFAULT_SIGNALS =
      List.of("env", "--default-signal=INT,TERM,HUP");

  /** How often a dump or a restore may be faster than the signal. */
  private static final int ROUNDS = 10;

  /** About as long as a dump takes once it has seized the program. */
  private static final int SPREAD_MS = 200;

  /** When the signal comes. */
  private enum Moment {
    /** The virtual machine may not even have begun. */
    STARTED {
      @Override
      boolean isReached(Victim victim, Path image) {
        return true;
      }
    },
    STOPPED {
      @Override
      boolean isReached(Victim victim, Path image) {
        return victim.task().tracer() != 0;
      }
    },
    COPYING {
      @Override
      boolean isReached(Victim victim, Path image) throws IOException {
        return !RefusalTest.list(image.getParent()).isEmpty();
      }
    },
    ENDING {
      @Override
      boolean isReached(Victim victim, Path image) {
        return Files.exists(image);
      }
    },
    /** At any time after it has begun. */
    ANY {
      @Override
      boolean isReached(Victim victim, Path image) {
        return victim.task().tracer() != 0;
      }
    };

    abstract boolean isReached(Victim victim, Path image) throws IOException;

    /** A dump may well have ended before a signal that comes so late. */
    boolean isLate() {
      return this == ENDING || this == ANY;
    }
  }

  /** Each moment is met, with a program that is to go on and with one that is to be killed. */
  @ParameterizedTest
  @CsvSource({
    "STARTED, ''", "STOPPED, ''", "COPYING, ''", "ENDING, ''", "ANY, ''",
    "STARTED, --kill", "STOPPED, --kill", "COPYING, --kill", "ENDING, --kill", "ANY, --kill"
  })
  void aSignalLeavesTargetAndDiskClean(Moment moment, String option) throws Exception {
    Random random = Seed.of("InterruptTest " + moment + option);
    int rounds = 1;
    while (!interrupts(moment, option, random) && !moment.isLate()) {
      assertTrue(rounds++ < ROUNDS, "every dump was faster than the signal");
    }
  }

  /** True when the signal has met the tool; what it was sent to is clean in any case. */
  private static boolean interrupts(Moment moment, String option, Random random) throws Exception {
    List<String> signals = List.copyOf(new TreeSet<>(SIGNALS.keySet()));
    String signal = signals.get(random.nextInt(signals.size()));
    int delayMs = moment == Moment.ANY ? random.nextInt(SPREAD_MS) : 0;
    Path image = Stage.folder("interrupted").resolve("v.ckimg");
    try (Victim victim = Victim.program(Account.SELF, "gap", "128")) {
      Outcome outcome = interrupt(victim, image, option, moment, signal, delayMs);
      boolean met = outcome.exit() == 128 + SIGNALS.get(signal);
      boolean made = isMade(image);
      assertTrue(met || outcome.exit() == 0 && made, outcome::toString);
      assertEquals(List.of(), RefusalTest.list(image.getParent()), outcome::toString);
      if (made && option.equals("--kill")) {
        assertEquals(128 + 9, victim.awaitStatus(), outcome::toString);
      } else {
        assertUnharmed(victim);
        victim.dump();
        victim.go();
        assertEquals(0, victim.awaitStatus(), victim::report);
      }
      return met;
    }
  }

  /** Then it is sound. */
  private static boolean isMade(Path image) throws IOException {
    if (Files.exists(image)) {
      InProcess.run("check", image).assertExit(0);
    }
    return Files.deleteIfExists(image);
  }

  private static Outcome interrupt(
      Victim victim, Path image, String option, Moment moment, String signal, int delayMs)
      throws Exception {
    List<Object> arguments = new ArrayList<>(List.of("dump", victim.pid(), "-o", image));
    if (!option.isEmpty()) {
      arguments.add(option);
    }
    try (Tool tool = Tool.start(Account.SELF, DEFAULT_SIGNALS, arguments.toArray())) {
      Await.until(moment::toString, () -> !tool.isRunning() || moment.isReached(victim, image));
      Thread.sleep(delayMs);
      Task.ofRecent(tool.pid()).signal(signal);
      return tool.await();
    }
  }

  /** Sockets are where they were, and there is no program, when a restore is given up. */
  @Test
  void aRestoreThatIsInterruptedLeavesNothing() throws Exception {
    Random random = Seed.of("InterruptTest restore");
    try (Victim victim = Victim.program(Account.SELF, "unixsockets", "connections")) {
      Path image = victim.dumpAndKill();
      int rounds = 1;
      while (!isGivenUp(victim, image, random)) {
        assertTrue(rounds++ < ROUNDS, "every restore was faster than the signal");
      }
    }
  }

  private static boolean isGivenUp(Victim victim, Path image, Random random) throws Exception {
    List<String> signals = List.copyOf(new TreeSet<>(SIGNALS.keySet()));
    String signal = signals.get(random.nextInt(signals.size()));
    Map<Path, Object> before = inodes(victim.folder());
    try (Tool tool = Tool.start(Account.SELF, DEFAULT_SIGNALS, "restore", image)) {
      while (tool.isRunning() && !isBuilt(tool, victim.folder())) {
        Thread.onSpinWait();
      }
      Task.ofRecent(tool.pid()).signal(signal);
      Outcome outcome = tool.await();
      assertEquals(128 + SIGNALS.get(signal), outcome.exit(), outcome::toString);
      if (outcome.err().contains("restored: pid")) {
        return false;
      }
      assertEquals(before, inodes(victim.folder()), outcome::toString);
      assertFalse(victim.task().isAlive(), outcome::toString);
      return true;
    }
  }

  /** True when a dead socket has been moved aside, or when it is too late. */
  private static boolean isBuilt(Tool tool, Path folder) throws IOException {
    return RefusalTest.list(folder).stream().anyMatch(file -> file.toString().contains(".ckimg-"))
        || tool.err().contains("restored: pid");
  }

  private static Map<Path, Object> inodes(Path folder) throws IOException {
    Map<Path, Object> inodes = new TreeMap<>();
    for (Path file : RefusalTest.list(folder)) {
      inodes.put(file, Files.getAttribute(file, "unix:ino"));
    }
    return inodes;
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
