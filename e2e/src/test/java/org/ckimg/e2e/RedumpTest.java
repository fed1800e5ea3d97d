package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Dumped, restored, dumped again at once: the two images agree in everything but what ran on. The
 * lists below are all that may differ.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
@Tag("quick")
class RedumpTest {
  /** True of any two dumps: when and how they were made, and who the parent is. */
  private static final String OF_ANY_DUMP =
      "/image/(identity|created|bytes|.*Nanos)"
          + "|/sections/.*|/warnings"
          + "|/processes/0/(ppid|start.*)"
          + "|/processes/0/timers/\\d+/(valueNanos|overrun)";

  /** A page of zeros that was touched is no longer touched: it reads the same. */
  private static final String OF_ZEROS =
      "|/processes/0/(vmas/\\d+|memory)/zeroPages|/objects/\\d+/(pages|zeroPages)";

  /** Of a program that naps and looks: where in its loop it is, and what its stack says of it. */
  private static final String OF_A_LOOP =
      "|/processes/0/threads/\\d+/(registers|stack)/.*"
          + "|/processes/0/(vmas/\\d+|memory)/storedPages"
          + "|/objects/\\d+/storedPages";

  /** A pipe is made anew. */
  private static final String OF_A_NEW_PIPE = "|/processes/0/fds/\\d+/path";

  /** Time goes on for timers that are descriptors. */
  private static final String OF_TIMERS = "|/processes/0/fds/\\d+/valueNanos";

  /** A file without a name is made anew, and has never had one then. */
  private static final String OF_A_NEW_FILE = "|/processes/0/fds/\\d+/(inode|modified|path)";

  @ParameterizedTest
  @EnumSource(names = {"BLOCKED_PAUSE", "BLOCKED_FUTEX", "BLOCKED_SIGSUSPEND"})
  void aProgramThatDidNotRun(VictimCase subject) throws Exception {
    try (Victim victim = subject.start(Account.SELF)) {
      assertSame(victim, OF_ANY_DUMP + OF_ZEROS + OF_A_NEW_PIPE);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "SIGNALS",
        "ALTSTACK",
        "ITIMERS_REMAINING",
        "DESCRIPTORS",
        "LOCKS",
        "DELETED_FILE",
        "MAPPINGS",
        "IDENTITY",
        "FOLDERS",
        "ATTRIBUTES",
        "MIXED_IDS",
        "KERNEL_WORDS_OF_THREADS"
      })
  void aProgramThatNaps(VictimCase subject) throws Exception {
    try (Victim victim = subject.start(Account.SELF)) {
      boolean newFile = subject == VictimCase.DELETED_FILE;
      assertSame(victim, OF_ANY_DUMP + OF_ZEROS + OF_A_LOOP + (newFile ? OF_A_NEW_FILE : ""));
    }
  }

  @Test
  void aProgramWithEvents() throws Exception {
    try (Victim victim = VictimCase.EVENTS.start(Account.SELF)) {
      assertSame(victim, OF_ANY_DUMP + OF_ZEROS + OF_A_LOOP + OF_A_NEW_PIPE + OF_TIMERS);
    }
  }

  @Test
  void aPythonWithThreads() throws Exception {
    Path folder = Stage.folder("python-asleep");
    Path script = folder.resolve("asleep.py");
    Files.writeString(
        script,
        """
        import threading, time
        for i in range(3):
            threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        print("ready", flush=True)
        time.sleep(1000)
        """);
    List<String> command = List.of(Requirements.python().toString(), script.toString());
    try (Victim victim =
        Victim.command(Account.SELF, List.of(), folder, Path.of("/dev/null"), command)) {
      Await.until(() -> "ready", () -> victim.output().contains("ready"));
      Thread.sleep(100);
      assertSame(victim, OF_ANY_DUMP + OF_ZEROS + OF_A_NEW_PIPE);
    }
  }

  private static void assertSame(Victim victim, String mayDiffer) throws Exception {
    Path first = victim.dumpAndKill();
    Path second;
    try (Restored restored = Restored.inForeground(victim.account(), first)) {
      second = restored.dumpAndKill(victim);
    }
    assertEquals(Map.of(), differences(Json.inspect(first), Json.inspect(second), mayDiffer));
  }

  private static Map<String, String> differences(JsonNode a, JsonNode b, String mayDiffer) {
    Pattern allowed = Pattern.compile(mayDiffer);
    Map<String, String> before = Json.leaves(a);
    Map<String, String> after = Json.leaves(b);
    TreeSet<String> paths = new TreeSet<>(before.keySet());
    paths.addAll(after.keySet());
    Map<String, String> differences = new TreeMap<>();
    for (String path : paths) {
      String was = withoutAccounting(before.getOrDefault(path, "absent"));
      String is = withoutAccounting(after.getOrDefault(path, "absent"));
      if (!was.equals(is) && !allowed.matcher(path).matches()) {
        differences.put(path, was + " -> " + is);
      }
    }
    return differences;
  }

  /** Whether a mapping has once been writable is the kernel's book-keeping. */
  private static String withoutAccounting(String flags) {
    return flags.equals("[\"accounted\"]")
        ? "absent"
        : flags.replace("\"accounted\",", "").replace(",\"accounted\"", "");
  }
}
