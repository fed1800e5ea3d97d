package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ckimg.spec.model.Bytes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cores that the kernel writes of a program that crashes are read completely. */
@Timeout(180)
@Tag("cores")
class KernelCoreTest {
  private static final Path PATTERN = Path.of("/proc/sys/kernel/core_pattern");
  private static final int NT_SIGINFO = 0x53494749;
  private static final long NOWHERE = 0x123450000L;
  private static final int SIGUSR1 = 10;
  private static final int SIGRTMIN = 34;

  /** A program that has crashed. */
  private record Crash(Path folder, Path core, String output, int pid) {
    List<MatchResult> facts(String regex) {
      return Pattern.compile("(?m)^" + regex + "$").matcher(output).results().toList();
    }

    int number(String regex) {
      return Integer.parseInt(facts(regex).getFirst().group(1));
    }

    Set<Integer> threads() {
      Set<Integer> tids = new TreeSet<>();
      facts("(?:thread|crashing) (\\d+)(?: helper \\d+)?")
          .forEach(fact -> tids.add(Integer.parseInt(fact.group(1))));
      return tids;
    }
  }

  private static Crash crash(Account account, String mode, int signal) throws Exception {
    String pattern = Files.readString(PATTERN).strip();
    if (!pattern.startsWith("core")) {
      abort("kernel.core_pattern is '%s': cores are not written here".formatted(pattern));
    }
    Path folder = Stage.folder("crash-" + mode);
    List<String> command =
        List.of(Stage.program("crash").toString(), folder.toString(), mode, "any-ids");
    try (Victim victim =
        Victim.command(account, List.of(), folder, Path.of("/dev/null"), command)) {
      int status = victim.awaitStatus();
      if (victim.output().startsWith("SKIP")) {
        abort(victim.output().strip());
      }
      assertEquals(128 + signal, status, victim::report);
      return new Crash(folder, core(folder), victim.output(), victim.pid());
    }
  }

  private static Path core(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("core"))
          .max(Comparator.naturalOrder())
          .orElseThrow(() -> new AssertionError("the kernel wrote no core into " + folder));
    }
  }

  @ParameterizedTest
  @CsvSource({"segv,11,SELF", "abort,6,SELF", "trap,4,SELF", "segv,11,NOBODY"})
  void readsAllOfIt(String mode, int signal, Account account) throws Exception {
    account.assumeUsable();
    Crash crash = crash(account, mode, signal);
    try (CoreReading core = CoreReading.of(crash.core())) {
      assertTrue(core.image().complete());
      assertEquals(List.of(), core.image().warnings());
      assertEquals(crash.pid(), core.process().pid());
      assertEquals(crash.threads(), core.threads());
      assertEquals("crash", core.process().leader().comm().orElseThrow().toString());
      assertSignal(crash, core, mode, signal);
      assertMasks(crash, core);
      core.assertMappings(ProcMap.of(Files.readAllLines(crash.folder().resolve("maps"))));
      assertEquals(
          Bytes.of(Files.readAllBytes(crash.folder().resolve("auxv"))), core.auxv().orElseThrow());
      assertArguments(crash, core, mode);
      assertMemory(crash, core);
      assertNotes(crash, core);
    }
  }

  private static void assertSignal(Crash crash, CoreReading core, String mode, int signal) {
    Bytes info = core.thread(crash.number("crashing (\\d+)")).regset(NT_SIGINFO).orElseThrow();
    ByteBuffer words = ByteBuffer.wrap(info.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(signal, words.getInt(0));
    if (mode.equals("segv")) {
      assertEquals(NOWHERE, words.getLong(16), "si_addr");
    }
  }

  private static void assertMasks(Crash crash, CoreReading core) {
    for (MatchResult helper : crash.facts("thread (\\d+) helper (\\d+)")) {
      long mask = 1L << SIGUSR1 - 1 | 1L << SIGRTMIN - 1 + Integer.parseInt(helper.group(2));
      assertEquals(OptionalLong.of(mask), core.thread(Integer.parseInt(helper.group(1))).blocked());
    }
  }

  private static void assertArguments(Crash crash, CoreReading core, String mode) {
    String expected =
        String.join(
            "\\x00",
            core.process().cmdline().orElseThrow().toString().split("\\\\x00")[0],
            crash.folder().toString(),
            mode,
            "any-ids",
            "");
    assertEquals(expected, core.process().cmdline().orElseThrow().toString());
    assertTrue(core.process().environ().orElseThrow().toString().contains("PATH="));
  }

  private static void assertMemory(Crash crash, CoreReading core) throws IOException {
    List<MatchResult> facts = crash.facts("memory 0x([0-9a-f]+) (\\d+) (\\d+)");
    assertEquals(3, facts.size());
    for (MatchResult fact : facts) {
      int length = Integer.parseInt(fact.group(2));
      assertArrayEquals(
          generated(length, Long.parseLong(fact.group(3))),
          core.memory(Long.parseLong(fact.group(1), 16), length),
          fact.group());
    }
  }

  /** The generator of the program. */
  private static byte[] generated(int length, long seed) {
    byte[] bytes = new byte[length];
    long x = seed;
    for (int i = 0; i < length; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
      bytes[i] = (byte) (x >>> 32);
    }
    return bytes;
  }

  /** No note that another reader sees is left out: each is read, or listed. */
  private static void assertNotes(Crash crash, CoreReading core) throws Exception {
    String notes =
        Command.output(
            Requirements.program("eu-readelf").toString(), "-n", crash.core().toString());
    int threads = crash.threads().size();
    assertEquals(threads, count(notes, "CORE +\\d+ +PRSTATUS"));
    assertEquals(threads, count(notes, "LINUX +\\d+ +X86_XSTATE"));
    assertEquals(1, count(notes, "CORE +\\d+ +AUXV"));
    assertEquals(1, count(notes, "CORE +\\d+ +FILE"));
    int all = count(notes, "(?:CORE|LINUX) +\\d+ +[A-Z<]");
    int others =
        core.image().annexes().stream()
            .filter(annex -> annex.name().equals("other-notes"))
            .flatMap(annex -> annex.rows().stream())
            .mapToInt(row -> Integer.parseInt(row.values().get("notes")))
            .sum();
    // Of each thread status, x87 and SSE, and all registers; PRPSINFO, SIGINFO, AUXV, FILE.
    assertEquals(all, 3 * threads + 4 + others, notes);
  }

  private static int count(String text, String regex) {
    return (int) Pattern.compile("(?m)^  " + regex).matcher(text).results().count();
  }

  /** As far as it goes: gdb and ckimg stop at the same place. */
  @Test
  void whatWasCutIsSalvaged() throws Exception {
    Crash crash = crash(Account.SELF, "segv", 11);
    byte[] whole = Files.readAllBytes(crash.core());
    Path cut = crash.folder().resolve("cut.core");
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    try (CoreReading core = CoreReading.of(cut)) {
      assertEquals(Optional.of(false), Optional.of(core.image().complete()));
      assertEquals(crash.threads(), core.threads());
      assertEquals(1, core.image().warnings().size());
    }
    Outcome inspect = InProcess.run("inspect", cut, "--json");
    assertEquals(0, inspect.exit());
    assertEquals(false, Json.parse(inspect).at("/image/complete").asBoolean());
    assertTrue(Json.parse(inspect).at("/warnings/0").asText().contains("of memory are missing"));
  }
}
