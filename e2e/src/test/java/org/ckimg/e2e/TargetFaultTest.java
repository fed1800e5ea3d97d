package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.ckimg.linux.ptrace.Tracer;
import org.ckimg.linux.remote.SeizedProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program does while it is dumped, or what is done to it. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@Tag("quick")
class TargetFaultTest {
  private static final int DUMPS = 3;

  /** By then each moment was seen. */
  private static final int MOST_DUMPS = 20;

  /** How far a dump has come. */
  private enum Moment {
    STOPPED {
      @Override
      boolean isReached(Victim victim) {
        return victim.task().tracer() != 0;
      }
    },
    COPIED {
      @Override
      boolean isReached(Victim victim) throws Exception {
        return victim.task().isThere()
            && victim.task().tracer() == 0
            && !victim.task().children().isEmpty();
      }
    };

    abstract boolean isReached(Victim victim) throws Exception;

    /** True when it was seen; a dump may be faster than whoever looks. */
    boolean await(Victim victim, Tool tool) throws Exception {
      long end = System.nanoTime() + Await.LIMIT.toNanos();
      while (tool.isRunning()) {
        if (isReached(victim)) {
          return true;
        }
        assertTrue(System.nanoTime() < end, () -> "the dump does not come to " + this);
        LockSupport.parkNanos(50_000);
      }
      return false;
    }
  }

  /** Each image is sound, and the last one comes back; the program finds itself unharmed. */
  @ParameterizedTest
  @ValueSource(strings = {"maps", "files", "ids"})
  void theProgramChangesAllTheTime(String mode) throws Exception {
    if (mode.equals("ids")) {
      Account.assumeRoot();
    }
    try (Victim victim = Victim.program(Account.SELF, "fickle", mode)) {
      for (int dump = 0; dump < DUMPS; dump++) {
        Tool.run(Account.SELF, "check", victim.dump()).assertExit(0);
        assertTrue(victim.task().isAlive(), victim::report);
      }
      Path image = victim.dumpAndKill();
      // It may come back as an ordinary user, who opens what it has open.
      for (String name : List.of("out", "err")) {
        Files.setPosixFilePermissions(
            victim.folder().resolve(name), PosixFilePermissions.fromString("rw-rw-rw-"));
      }
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }

  /** There is an image, and a whole one, or it is said why there is none. */
  @ParameterizedTest
  @EnumSource
  void theProgramDies(Moment moment) throws Exception {
    int dumps = 1;
    while (!diesAt(moment)) {
      assertTrue(dumps++ < MOST_DUMPS, () -> "no dump was seen " + moment);
    }
  }

  /** True when that moment was seen. */
  private static boolean diesAt(Moment moment) throws Exception {
    Path folder = Stage.folder("dies");
    Path image = folder.resolve("v.ckimg");
    try (Victim victim = Victim.program(Account.SELF, "gap", "128");
        Tool tool = Tool.start(Account.SELF, "dump", victim.pid(), "-o", image)) {
      String command = victim.task().command();
      boolean seen = moment.await(victim, tool);
      victim.task().kill();
      Outcome outcome = tool.await();
      if (outcome.exit() == 0) {
        Tool.run(Account.SELF, "check", image).assertExit(0);
        Files.delete(image);
      } else {
        outcome
            .assertExit(4)
            .assertSays(
                "process %1$d (ended|is about to end)|no such process %1$d|tid %1$d: ESRCH"
                    .formatted(victim.pid()));
      }
      assertEquals(List.of(), RefusalTest.list(folder));
      assertEquals(128 + 9, victim.awaitStatus());
      Await.until(() -> "the end of its frozen copy", () -> Task.allOf(command).isEmpty());
      return seen;
    }
  }

  /** Who stopped it wants it to stand still afterwards, too. */
  @ParameterizedTest
  @EnumSource
  void theProgramIsStopped(Moment moment) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "steady", "stopped")) {
      int dumps = 1;
      while (!isStoppedAt(moment, victim)) {
        assertTrue(dumps++ < MOST_DUMPS, () -> "no dump was seen " + moment);
        victim.task().signal("CONT");
      }
      // And one that stands still is dumped as well.
      Tool.run(Account.SELF, "check", victim.dump()).assertExit(0);
      assertEquals('T', victim.task().state());
      victim.task().signal("CONT");
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  /** True when that moment was seen. */
  private static boolean isStoppedAt(Moment moment, Victim victim) throws Exception {
    Path image = Stage.folder("stopped").resolve("v.ckimg");
    try (Tool tool = Tool.start(Account.SELF, "dump", victim.pid(), "-o", image)) {
      boolean seen = moment.await(victim, tool);
      victim.task().signal("STOP");
      tool.await().assertExit(0);
      Await.until(() -> "the stop", () -> victim.task().state() == 'T');
      return seen;
    }
  }

  @Test
  void theProgramIsTracedAlready() throws Exception {
    Path folder = Stage.folder("traced");
    Path image = folder.resolve("v.ckimg");
    try (Victim victim = Victim.program(Account.SELF, "steady", "traced")) {
      try (Tracer tracer = new Tracer()) {
        tracer.call(() -> SeizedProcess.seize(victim.pid()));
        Tool.run(Account.SELF, "dump", victim.pid(), "-o", image)
            .assertExit(4)
            .assertSays("process %d is already traced by process ".formatted(victim.pid()));
        assertEquals(List.of(), RefusalTest.list(folder));
      }
      victim.dump();
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  /** Its own, or that of a child, which looks like one that has ended. */
  @ParameterizedTest
  @ValueSource(strings = {"leaderless", "leaderless-child"})
  void theFirstThreadHasEnded(String mode) throws Exception {
    Path folder = Stage.folder(mode);
    Path image = folder.resolve("v.ckimg");
    try (Victim victim = Victim.program(Account.SELF, "fickle", mode)) {
      List<Task> children = victim.task().children();
      int pid = children.isEmpty() ? victim.pid() : children.getFirst().pid();
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image)
          .assertExit(4)
          .assertSays(
              "the first thread of process %d has ended, and others live on".formatted(pid));
      assertEquals(List.of(), RefusalTest.list(folder));
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }
}
