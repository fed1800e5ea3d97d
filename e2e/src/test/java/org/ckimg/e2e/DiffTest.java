package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program makes known changes between two dumps; a stopped one makes none. */
@Timeout(180)
@Tag("quick")
class DiffTest {
  private static final long PAGE = 4096;

  private static JsonNode process(int exit, Object... images) throws Exception {
    List<Object> arguments = new ArrayList<>(List.of("diff", "--json"));
    arguments.addAll(List.of(images));
    JsonNode document = Json.parse(Tool.run(Account.SELF, arguments.toArray()).assertExit(exit));
    assertEquals(exit == 0, document.get("same").asBoolean());
    return document.at("/processes/0");
  }

  private static List<String> list(JsonNode array, String... fields) {
    return array
        .valueStream()
        .map(element ->
            String.join(" ", Stream.of(fields).map(f -> element.at("/" + f).asText()).toList()))
        .toList();
  }

  @Test
  void everyChangeIsFound() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "changes", "any")) {
      Path before = victim.dump();
      Path step = Files.createFile(victim.folder().resolve("step"));
      Await.until(() -> "the step of " + victim.report(), () -> Files.notExists(step));
      // From the end of the step to the call that it waits in.
      Thread.sleep(20);
      Path after = victim.dump();
      JsonNode process = process(1, before, after);
      String text = Tool.run(Account.SELF, "diff", before, after).assertExit(1).out();
      assertTrue(text.contains("SIGUSR1 handler+0x0 "), text);
      String code = Tool.run(Account.SELF, "mem", before, "read", "main:1").assertExit(0).out();
      assertTrue(code.contains("/changes r-x"), code);
      assertFields(process);
      String[] places = Files.readString(victim.folder().resolve("places")).strip().split(" ");
      long[] at = Stream.of(places).mapToLong(hex -> Long.parseLong(hex, 16)).toArray();
      assertMappings(process, at[2], at[3]);
      assertPages(process, at[0], at[1], at[3]);
      for (Path image : List.of(before, after)) {
        assertSameAsItsCore(image);
      }
    }
  }

  private static void assertFields(JsonNode process) {
    assertEquals(
        List.of("umask 0022 0027", "limits.RLIMIT_NOFILE.soft", "limits.RLIMIT_NOFILE.hard"),
        process
            .get("fields")
            .valueStream()
            .map(f ->
                f.get("name").asText().startsWith("limits")
                    ? f.get("name").asText()
                    : String.join(
                        " ", f.get("name").asText(), f.get("a").asText(), f.get("b").asText()))
            .toList());
    assertEquals(
        List.of("blocked [] [SIGHUP]"), list(process.at("/threads/0/fields"), "name", "a", "b"));
    assertEquals(List.of("SIGUSR1 ignore"), list(process.get("signals"), "signal", "b/handler"));
    assertEquals(
        List.of("changed [\"position\",\"bytes\"]", "replaced []"),
        process
            .get("fds")
            .valueStream()
            .map(fd -> fd.get("change").asText() + " " + fd.get("fields"))
            .toList());
    assertTrue(process.at("/fds/1/a/path").asText().endsWith("/beta.txt"));
    assertTrue(process.at("/fds/1/b/path").asText().endsWith("/gamma.txt"));
  }

  private static void assertMappings(JsonNode process, long code, long later) {
    assertEquals(
        List.of(
            "added 0x%x 0x%x  rw- false".formatted(later, later + 8 * PAGE),
            "protection 0x%x 0x%x rw- r-x true".formatted(code, code + 4 * PAGE)),
        list(process.get("vmas"), "change", "start", "end", "a/prot", "b/prot", "gainsExecute")
            .stream()
            .sorted()
            .toList());
  }

  /** Of the mappings that it told; its stack and the data of its library change by running. */
  private static void assertPages(JsonNode process, long own, long shared, long later) {
    TreeMap<Long, String> changed = new TreeMap<>();
    for (JsonNode range : process.at("/pages/ranges")) {
      long end = Long.decode(range.get("end").asText());
      for (long at = Long.decode(range.get("start").asText()); at < end; at += PAGE) {
        changed.put(at, range.get("change").asText());
      }
    }
    TreeMap<Long, String> expected = new TreeMap<>();
    for (int i = 0; i < 10; i++) {
      expected.put(own + i * 5 * PAGE, "changed");
    }
    expected.put(own + 60 * PAGE, "zeroed");
    expected.put(own + 61 * PAGE, "zeroed");
    assertEquals(expected, changed.subMap(own, own + 64 * PAGE));
    assertEquals(
        List.of(shared + 3 * PAGE),
        List.copyOf(changed.subMap(shared, shared + 16 * PAGE).keySet()));
    assertEquals(
        List.of(later, later + PAGE),
        List.copyOf(changed.subMap(later, later + 8 * PAGE).keySet()));
    // Where only registers and stacks changed, the pages were compared by digest.
    assertTrue(process.at("/pages/read").asInt() <= 4, process.get("pages").toString());
  }

  private static void assertSameAsItsCore(Path image) throws Exception {
    Path core = Stage.folder("core").resolve("v.core");
    Tool.run(Account.SELF, "convert", image, core).assertExit(0);
    JsonNode process = process(0, image, core);
    assertTrue(process.get("notCompared").toString().contains("\"fds\""));
  }

  @Test
  void aStoppedProgramIsTheSameInTwoDumps() throws Exception {
    try (Victim victim = VictimCase.THREADS.start(Account.SELF)) {
      victim.task().signal("STOP");
      Await.until(() -> "stopped: " + victim.report(), () -> victim.task().state() == 'T');
      Path first = victim.dump();
      Path second = victim.dump("--compress", "zstd");
      JsonNode process = process(0, first, second);
      assertEquals("[]", process.get("notCompared").toString());
      assertTrue(process.at("/pages/compared").asLong() > 0);
    }
  }

  @Test
  void aChainIsComparedThroughItsParents() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "changes", "any")) {
      Path folder = Stage.folder("chain");
      Path full = folder.resolve("full.ckimg");
      Path next = folder.resolve("next.ckimg");
      victim.dumpTo(victim.task(), full);
      Path step = Files.createFile(victim.folder().resolve("step"));
      Await.until(() -> "the step of " + victim.report(), () -> Files.notExists(step));
      victim.dumpTo(victim.task(), next, "--parent", full.toString());
      JsonNode process = process(1, full, next);
      assertEquals(2, process.at("/pages/zeroed").asInt());
      Path elsewhere = Stage.folder("alone").resolve("next.ckimg");
      Files.copy(next, elsewhere);
      Tool.run(Account.SELF, "diff", full, elsewhere)
          .assertExit(3)
          .assertSays("CK-CHN-01.*--parents");
      Tool.run(Account.SELF, "diff", full, elsewhere, "--parents", folder).assertExit(1);
    }
  }
}
