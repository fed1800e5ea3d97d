package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.ckimg.spec.model.Bytes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** gcore's cores of the programs of the other tests are what /proc says of them. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@Tag("cores")
class GcoreTest {
  /**
   * Each program once, in the first of its modes. Without guard pages: gdb gives a mapping up at
   * the first one that it cannot read, and what lies behind it is zero in gcore's core.
   */
  static Stream<VictimCase> programs() {
    Map<String, VictimCase> first = new LinkedHashMap<>();
    VictimCase.notBrief()
        .filter(victim -> victim != VictimCase.GUARD_PAGES)
        .forEach(victim -> first.putIfAbsent(victim.program(), victim));
    return first.values().stream();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void victim(VictimCase program) throws Exception {
    try (Victim victim = program.start(Account.SELF)) {
      readsAllOf(victim);
    }
  }

  @ParameterizedTest
  @MethodSource("org.ckimg.e2e.RealProgram#alone")
  void realProgram(RealProgram program) throws Exception {
    try (Victim victim = program.startWorking()) {
      readsAllOf(victim);
    }
  }

  private static void readsAllOf(Victim victim) throws Exception {
    Task task = victim.task();
    task.stop();
    Path file = task.gcore(Stage.folder("gcore"));
    try (CoreReading core = CoreReading.of(file)) {
      assertTrue(core.image().complete());
      assertEquals(task.pid(), core.process().pid());
      assertEquals(task.threads(), core.threads());
      for (int tid : core.threads()) {
        assertStackAndPlace(task, tid, core);
      }
      assertEquals(OptionalInt.of(task.parent()), core.process().ids().parent());
      assertEquals(Bytes.of(Files.readAllBytes(task.proc("auxv"))), core.auxv().orElseThrow());
      assertEquals(
          Bytes.of(Files.readAllBytes(task.proc("cmdline"))),
          core.process().cmdline().orElse(Bytes.EMPTY));
      List<String> smaps = Files.readAllLines(task.proc("smaps"), StandardCharsets.ISO_8859_1);
      core.assertMappings(ProcMap.inCores(smaps).stream().map(ProcMap::asOfGdb).toList());
      core.assertMemoryIsThatOf(task.pid());
    } finally {
      Files.delete(file);
    }
  }

  /** The last two words of proc_pid_syscall(5). */
  private static void assertStackAndPlace(Task task, int tid, CoreReading core) throws Exception {
    Path file = task.proc("task/" + tid + "/syscall");
    Await.until(() -> "the place of " + tid, () -> !Files.readString(file).startsWith("running"));
    String[] words = Files.readString(file).strip().split(" ");
    assertEquals(
        words[words.length - 2], "0x" + Long.toHexString(core.register(tid, CoreReading.RSP)));
    assertEquals(
        words[words.length - 1], "0x" + Long.toHexString(core.register(tid, CoreReading.RIP)));
  }
}
