package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Several dumps at once, of different programs and of the same. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@Tag("quick")
class ManyTest {
  private static final int MOST_ROUNDS = 20;

  private static final int PROGRAMS = 5;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** They write to one folder, where each leaves the others' unfinished images alone. */
  @Test
  void differentProgramsAtOnce() throws Exception {
    Campaign campaign = Campaign.of("many", PROGRAMS);
    Path folder = Stage.folder("many");
    List<AutoCloseable> all = new ArrayList<>();
    try {
      Map<Victim, VictimCase> victims = new LinkedHashMap<>();
      for (VictimCase subject : spread(campaign.rounds())) {
        Victim victim = subject.start(Account.SELF);
        all.add(victim);
        victims.put(victim, subject);
      }
      List<Tool> tools = new ArrayList<>();
      for (Victim victim : victims.keySet()) {
        Path image = folder.resolve(victim.pid() + ".ckimg");
        tools.add(Tool.start(Account.SELF, "dump", victim.pid(), "-o", image));
        all.add(tools.getLast());
      }
      long atOnce = tools.stream().filter(Tool::isRunning).count();
      assertTrue(atOnce > 1, "one after the other");
      for (Tool tool : tools) {
        Await.until(LIMIT, () -> "the end of a dump", () -> !tool.isRunning());
        tool.await().assertExit(0);
      }
      assertEquals(victims.size(), RefusalTest.list(folder).size());
      for (Map.Entry<Victim, VictimCase> each : victims.entrySet()) {
        Victim victim = each.getKey();
        InProcess.run("check", folder.resolve(victim.pid() + ".ckimg")).assertExit(0);
        each.getValue().go(victim, victim.task());
      }
      for (Victim victim : victims.keySet()) {
        assertEquals(0, victim.awaitStatus(), victim::report);
        victim.assertPassed();
      }
      campaign.end(
          "different programs",
          victims.size(),
          "%d dumps ran at once; all images sound, all programs unharmed".formatted(atOnce));
    } finally {
      for (AutoCloseable each : all.reversed()) {
        each.close();
      }
    }
  }

  /** So many programs, from all over the list. */
  private static List<VictimCase> spread(int programs) {
    List<VictimCase> cases = VictimCase.quiet().toList();
    return IntStream.range(0, programs)
        .mapToObj(i -> cases.get((int) ((long) i * cases.size() / programs)))
        .toList();
  }

  /** The second is told that the first is at work. */
  @Test
  void theSameProgramTwice() throws Exception {
    Path image = Stage.folder("twice").resolve("v.ckimg");
    try (Victim victim = Victim.program(Account.SELF, "memory", "16");
        HeldDump first = HeldDump.of(victim)) {
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image)
          .assertExit(4)
          .assertSays("process %d is already traced by process".formatted(victim.pid()));
      assertEquals(List.of(), RefusalTest.list(image.getParent()));
      first.letGo(image);
      InProcess.run("check", image).assertExit(0);
      victim.dumpTo(victim.task(), image);
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  /** One of them is first; the other one comes after it, or is told. */
  @Test
  void theSameProgramTwiceAtTheSameMoment() throws Exception {
    int told = 0;
    for (int round = 0; told == 0 && round < MOST_ROUNDS; round++) {
      Path folder = Stage.folder("moment");
      try (Victim victim = Victim.program(Account.SELF, "memory", "64");
          Tool one = Tool.start(Account.SELF, "dump", victim.pid(), "-o", folder.resolve("1"));
          Tool other = Tool.start(Account.SELF, "dump", victim.pid(), "-o", folder.resolve("2"))) {
        List<Path> made = new ArrayList<>();
        for (Tool tool : List.of(one, other)) {
          Outcome outcome = tool.await();
          if (outcome.exit() == 0) {
            made.add(folder.resolve(tool == one ? "1" : "2"));
          } else {
            told++;
            outcome
                .assertExit(4)
                .assertSays("process %d is already (traced|dumped) by".formatted(victim.pid()));
          }
        }
        assertEquals(made, RefusalTest.list(folder));
        assertTrue(!made.isEmpty(), "neither was first");
        for (Path image : made) {
          InProcess.run("check", image).assertExit(0);
        }
        victim.go();
        assertEquals(0, victim.awaitStatus(), victim::report);
        victim.assertPassed();
      }
    }
    assertTrue(told > 0, "nobody had to be told");
  }
}
