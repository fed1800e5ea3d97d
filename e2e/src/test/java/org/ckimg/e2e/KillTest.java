package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tool dies by SIGKILL at random moments of a dump, and the program never notices. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(400)
@Tag("long")
class KillTest {
  /** More of them make a campaign: {@code fuzz/campaign kills}. */
  private static final int ROUNDS = 25;

  /** How often a dump comes to its end in between, and has to remove what is left by then. */
  private static final int UNDISTURBED = 10;

  /** When the tool is killed. */
  private enum Moment {
    /** In the milliseconds after it has seized the program: the calls that it injects. */
    SEIZED(5_000_000),
    /** While it copies from the frozen child, or reaps it. */
    COPYING(100_000_000),
    /** At any time of its life. */
    ANY(1_200_000_000);

    private final long spreadNanos;

    Moment(long spreadNanos) {
      this.spreadNanos = spreadNanos;
    }

    static Moment of(Random random) {
      int chance = random.nextInt(20);
      return chance < 14 ? SEIZED : chance < 17 ? COPYING : ANY;
    }
  }

  /** What a tool was doing when it was killed. */
  private enum Caught {
    IN_THE_STOP,
    COPYING,
    /** It had not seized the program, or had ended. */
    ELSEWHERE;

    static Caught of(Victim victim, Tool tool) throws IOException {
      if (victim.task().tracer() != 0) {
        return IN_THE_STOP;
      }
      boolean frozen = victim.task().children().stream().anyMatch(Task::isAlive);
      return frozen && tool.isRunning() ? COPYING : ELSEWHERE;
    }
  }

  /** Two programs at the same time. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theProgramSurvivesEveryKill(int number) throws Exception {
    Random random = Seed.of("KillTest " + number);
    Campaign campaign = Campaign.of("kills", ROUNDS);
    try (Victim victim = Victim.program(Account.SELF, "steady", campaign.seconds())) {
      Counts counts = Counts.of(victim);
      Path image = Stage.folder("killed").resolve("v.ckimg");
      Map<Caught, Integer> caught = new EnumMap<>(Caught.class);
      int images = 0;
      Left left = Left.NOTHING;
      for (int round = 1; round <= campaign.rounds(); round++) {
        caught.merge(dumpAndKillTool(victim, image, random), 1, Integer::sum);
        counts.awaitProgress("kill " + round, victim.task());
        images += isWhole(image) ? 1 : 0;
        if (round % UNDISTURBED == 0 || round == campaign.rounds()) {
          left = left.and(Left.of(victim, image));
          dumpsClean(victim, image);
        }
      }
      int stops = caught.getOrDefault(Caught.IN_THE_STOP, 0);
      int copies = caught.getOrDefault(Caught.COPYING, 0);
      campaign.end(
          "program " + number,
          campaign.rounds(),
          "%d killed in the stop, %d while copying, %d had made the image, 0 half images, 0 deaths of the program; %s left, 0 after the next dump"
              .formatted(stops, copies, images, left));
      assertTrue(stops + copies > campaign.rounds() / 3, caught::toString);
      comesBack(victim);
    }
  }

  /** What dead tools have left behind. */
  private record Left(int zombies, int mappings, int files) {
    static final Left NOTHING = new Left(0, 0, 0);

    static Left of(Victim victim, Path image) throws Exception {
      return new Left(
          victim.task().children().size(),
          victim.task().scratch().size(),
          RefusalTest.list(image.getParent()).size());
    }

    Left and(Left more) {
      return new Left(zombies + more.zombies, mappings + more.mappings, files + more.files);
    }

    @Override
    public String toString() {
      return "%d zombies, %d mappings, %d files".formatted(zombies, mappings, files);
    }
  }

  /** A tool that was killed late may have made an image: then all of it. */
  private static boolean isWhole(Path image) throws Exception {
    if (!Files.exists(image)) {
      return false;
    }
    InProcess.run("check", image).assertExit(0);
    Files.delete(image);
    return true;
  }

  /** The next dump removes what dead tools have left, in the program and on the disk. */
  private static void dumpsClean(Victim victim, Path image) throws Exception {
    assertNoDuplicates(victim);
    victim.dumpTo(victim.task(), image);
    assertEquals(List.of(), victim.task().children(), "children, zombies included");
    assertEquals(List.of(), victim.task().scratch(), "scratch mappings");
    assertEquals(List.of(image), RefusalTest.list(image.getParent()));
    Files.delete(image);
  }

  private static Caught dumpAndKillTool(Victim victim, Path image, Random random) throws Exception {
    Moment moment = Moment.of(random);
    long delay = (long) (random.nextDouble() * moment.spreadNanos);
    try (Tool tool = Tool.start(Account.SELF, "dump", victim.pid(), "-o", image)) {
      if (moment != Moment.ANY) {
        awaitSeized(victim, tool);
      }
      long end = System.nanoTime() + delay;
      while (System.nanoTime() < end && tool.isRunning()) {
        LockSupport.parkNanos(50_000);
      }
      Caught caught = Caught.of(victim, tool);
      tool.kill();
      return caught;
    }
  }

  private static void awaitSeized(Victim victim, Tool tool) throws Exception {
    long limit = System.nanoTime() + Await.LIMIT.toNanos();
    while (victim.task().tracer() == 0 && tool.isRunning()) {
      if (System.nanoTime() > limit) {
        throw new AssertionError("the dump does not seize: " + tool.err());
      }
      LockSupport.parkNanos(100_000);
    }
  }

  /** The frozen copies have ended, also those whose tracer had no time to end them. */
  private static void assertNoDuplicates(Victim victim) throws Exception {
    Await.until(
        () -> "the end of running copies of the program",
        () -> victim.task().children().stream().noneMatch(Task::isAlive));
  }

  private static void comesBack(Victim victim) throws Exception {
    Path image = victim.dumpAndKill();
    try (Restored restored = Restored.inForeground(Account.SELF, image)) {
      victim.go();
      assertEquals(0, restored.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }
}
