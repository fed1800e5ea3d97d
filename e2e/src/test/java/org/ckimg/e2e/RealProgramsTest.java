package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real programs, checkpointed at random moments of a run, end with the very output of a run that
 * nobody disturbed.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(400)
@Tag("long")
class RealProgramsTest {
  private static final int ROUNDS = Integer.getInteger("ckimg.rounds", 4);
  private static final int FEW = Math.min(ROUNDS, 2);
  private static final int TRIES = 8;

  /** On a busy machine a program must not end while the tool starts. */
  private static final List<String> UNHURRIED = List.of("nice", "-n", "10");

  /** What a run left behind. */
  private record Result(int status, Map<String, byte[]> files, long nanos) {}

  @ParameterizedTest
  @EnumSource
  void endsAsIfNothingHadHappened(RealProgram program) throws Exception {
    Result reference = undisturbed(program, Account.SELF);
    assertEquals(program.status(), reference.status(), "status of the undisturbed run");
    Random random = Seed.of("RealProgramsTest " + program.label());
    for (int round = 0; round < ROUNDS; round++) {
      checkpointed(program, Account.SELF, reference, random);
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsAsIfNothingHadHappenedForAnOrdinaryUser(RealProgram program) throws Exception {
    Account.NOBODY.assumeUsable();
    Result reference = undisturbed(program, Account.NOBODY);
    Random random = Seed.of("RealProgramsTest of a user " + program.label());
    for (int round = 0; round < FEW; round++) {
      checkpointed(program, Account.NOBODY, reference, random);
    }
  }

  /** Dumped, left running, ended later: what was written after the dump is written again. */
  @ParameterizedTest
  @MethodSource("appending")
  void writesAgainWhatItWroteAfterTheDump(RealProgram program) throws Exception {
    Result reference = undisturbed(program, Account.SELF);
    Random random = Seed.of("RealProgramsTest left running " + program.label());
    for (int round = 0; round < FEW; round++) {
      leftRunning(program, reference, random);
    }
  }

  static Stream<RealProgram> appending() {
    return Stream.of(RealProgram.values()).filter(RealProgram::appends);
  }

  private static Victim start(RealProgram program, Account account, Path folder) throws Exception {
    RealProgram.Run run = program.prepare(folder);
    return Victim.command(account, UNHURRIED, folder, run.input(), run.command());
  }

  private static Result undisturbed(RealProgram program, Account account) throws Exception {
    Path folder = Stage.folder(program.label() + "-undisturbed");
    long start = System.nanoTime();
    try (Victim victim = start(program, account, folder)) {
      int status = victim.awaitStatus();
      return new Result(status, files(folder), System.nanoTime() - start);
    }
  }

  private static void checkpointed(
      RealProgram program, Account account, Result reference, Random random) throws Exception {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      Path folder = Stage.folder(program.label());
      try (Victim victim = start(program, account, folder)) {
        sleep(moment(reference, random, attempt));
        Path image = Stage.folder("image").resolve("v.ckimg");
        Outcome dump = Tool.run(account, "dump", victim.pid(), "-o", image, "--kill");
        if (!endedBefore(victim, dump, reference)) {
          dump.assertExit(0);
          assertEquals(128 + 9, victim.awaitStatus(), "status after --kill");
          finish(account, image, victim, reference);
          return;
        }
      }
    }
    throw new AssertionError(program + " always ends before it is dumped");
  }

  private static void leftRunning(RealProgram program, Result reference, Random random)
      throws Exception {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      Path folder = Stage.folder(program.label());
      try (Victim victim = start(program, Account.SELF, folder)) {
        sleep(moment(reference, random, attempt));
        Path image = Stage.folder("image").resolve("v.ckimg");
        Outcome dump = Tool.run(Account.SELF, "dump", victim.pid(), "-o", image);
        if (!endedBefore(victim, dump, reference)) {
          dump.assertExit(0);
          sleep(random.nextLong(400_000_000));
          victim.task().kill();
          victim.awaitStatus();
          finish(Account.SELF, image, victim, reference);
          return;
        }
      }
    }
    throw new AssertionError(program + " always ends before it is dumped");
  }

  /** The tool needs half a second to start: a moment that was too late is taken earlier. */
  private static long moment(Result reference, Random random, int attempt) {
    return (long) (random.nextDouble() * reference.nanos() * 0.7 / attempt);
  }

  private static void sleep(long nanos) throws InterruptedException {
    Thread.sleep(nanos / 1_000_000);
  }

  /** True when it had come to its own end, which a dump must not hasten. */
  private static boolean endedBefore(Victim victim, Outcome dump, Result reference)
      throws Exception {
    boolean ending = dump.err().contains("is about to end");
    if (dump.exit() == 0 || (victim.task().isAlive() && !ending)) {
      return false;
    }
    assertEquals(reference.status(), victim.awaitStatus(), () -> dump + victim.report());
    return true;
  }

  private static void finish(Account account, Path image, Victim victim, Result reference)
      throws Exception {
    int status;
    Audit.assertHarmless(image);
    try (Restored restored = Restored.inForeground(account, image)) {
      status = restored.awaitStatus();
    }
    assertEquals(reference.status(), status, victim::report);
    Map<String, byte[]> files = files(victim.folder());
    for (Map.Entry<String, byte[]> file : reference.files().entrySet()) {
      assertTrue(files.containsKey(file.getKey()), () -> file.getKey() + " is missing");
      assertArrayEquals(
          file.getValue(), files.get(file.getKey()), () -> file.getKey() + "; " + victim.report());
    }
  }

  /** Everything in a folder but what the shell wrote. */
  private static Map<String, byte[]> files(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    files.keySet().removeAll(List.of("pid", "status", "err", "launcher-err"));
    return files;
  }
}
