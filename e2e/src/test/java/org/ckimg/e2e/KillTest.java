package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
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
  /** More of them make a campaign: -Dckimg.kills=1000. */
  private static final int ROUNDS = Integer.getInteger("ckimg.kills", 25);

  private static final int COUNTERS = 4;

  /** How often a dump comes to its end in between, and has to remove what is left by then. */
  private static final int UNDISTURBED = 10;

  private static final int ERRORS = 4;

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

  /** Two programs at the same time. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theProgramSurvivesEveryKill(int number) throws Exception {
    Random random = Seed.of("KillTest " + number);
    try (Victim victim = Victim.program(Account.SELF, "steady", "kill")) {
      LongBuffer counts = counts(victim);
      Path image = Stage.folder("killed").resolve("v.ckimg");
      int seized = 0;
      for (int round = 1; round <= ROUNDS; round++) {
        seized += dumpAndKillTool(victim, image, random) ? 1 : 0;
        awaitProgress(victim, counts, round);
        if (round % UNDISTURBED == 0) {
          victim.dump();
        }
      }
      assertTrue(seized > ROUNDS / 3, "only " + seized + " dumps had seized the program");
      assertNoDuplicates(victim);
      comesBackClean(victim);
    }
  }

  private static LongBuffer counts(Victim victim) throws IOException {
    Path file = victim.folder().resolve("counts");
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      return open.getChannel()
          .map(FileChannel.MapMode.READ_ONLY, 0, 4096)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asLongBuffer();
    }
  }

  /** True when the tool had seized the program. */
  private static boolean dumpAndKillTool(Victim victim, Path image, Random random)
      throws Exception {
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
      boolean traced = victim.task().tracer() != 0;
      tool.kill();
      return traced || moment == Moment.COPYING;
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

  private static void awaitProgress(Victim victim, LongBuffer counts, int round) throws Exception {
    long[] before = new long[COUNTERS];
    counts.get(0, before);
    Await.until(
        () -> "progress after kill " + round + ": " + victim.report(),
        () -> {
          boolean moved = true;
          for (int i = 0; i < COUNTERS; i++) {
            moved &= counts.get(i) >= before[i] + 2;
          }
          return moved || !victim.task().isAlive();
        });
    assertTrue(victim.task().isAlive(), () -> "dead after kill " + round + ": " + victim.report());
    assertEquals(0, counts.get(ERRORS), () -> "after kill " + round + ": " + victim.report());
  }

  /** The frozen copies have ended, also those whose tracer had no time to end them. */
  private static void assertNoDuplicates(Victim victim) throws Exception {
    Await.until(
        () -> "the end of running copies of the program",
        () -> victim.task().children().stream().noneMatch(Task::isAlive));
  }

  /** The next dump works, and removes what dead tools have left. */
  private static void comesBackClean(Victim victim) throws Exception {
    victim.dump();
    assertEquals(List.of(), victim.task().children(), "children, zombies included");
    List<String> writableCode =
        victim.task().maps().stream()
            .filter(line -> line.contains(" rwxp ") && line.endsWith(" 0 "))
            .toList();
    assertEquals(List.of(), writableCode, "scratch mappings");
    Path image = victim.dumpAndKill();
    try (Restored restored = Restored.inForeground(Account.SELF, image)) {
      victim.go();
      assertEquals(0, restored.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }
}
