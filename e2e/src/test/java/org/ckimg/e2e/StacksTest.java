package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Backtraces are those that gdb shows of the same process, function by function. */
@Timeout(300)
class StacksTest {
  /** A program stands still while it is dumped and while gdb looks. */
  private static JsonNode compared(Victim victim) throws Exception {
    Requirements.program("gdb");
    victim.task().signal("STOP");
    Await.until(() -> "stopped: " + victim.report(), () -> victim.task().state() == 'T');
    Path image = victim.dump();
    Map<Integer, List<GdbStacks.Frame>> expected = GdbStacks.backtraces(victim.task());
    JsonNode threads = Json.inspect(image).at("/processes/0/threads");
    assertEquals(expected.size(), threads.size(), "threads");
    for (JsonNode thread : threads) {
      compare(thread, expected.get(thread.get("tid").asInt()));
    }
    return threads;
  }

  /**
   * Of code without a name and without call frame information gdb only guesses the caller, as it
   * does of what a virtual machine compiles: up to there both must say the same.
   */
  private static void compare(JsonNode thread, List<GdbStacks.Frame> expected) {
    JsonNode frames = thread.at("/stack/frames");
    for (int i = 0; i < expected.size(); i++) {
      GdbStacks.Frame frame = expected.get(i);
      int number = i;
      String what = "frame " + number + " of " + thread.get("stack") + ", gdb: " + expected;
      assertTrue(i < frames.size(), what);
      assertEquals("0x" + Long.toHexString(frame.address()), text(frames, i, "address"), what);
      assertEquals(frame.signal(), frames.get(i).get("signalFrame").asBoolean(), what);
      if (!frame.signal()) {
        assertTrue(isSame(frames, i, frame), what);
      }
      if (frame.function().isEmpty() && !isToldByCode(frames.get(i + 1))) {
        return;
      }
    }
    assertEquals(expected.size(), frames.size(), () -> thread.get("stack") + ", gdb: " + expected);
  }

  private static boolean isToldByCode(JsonNode frame) {
    return frame != null && Set.of("cfi", "signal").contains(frame.get("trust").asText());
  }

  /** The same name, or another name for the same start. */
  private static boolean isSame(JsonNode frames, int index, GdbStacks.Frame frame) {
    JsonNode ours = frames.get(index);
    Optional<String> name = Optional.ofNullable(ours.get("function")).map(JsonNode::asText);
    boolean exact = index == 0 || frames.get(index - 1).get("signalFrame").asBoolean();
    long offset = ours.get("offset").asLong() - (exact ? 0 : 1);
    return name.equals(frame.function())
        || name.isPresent() && frame.offset().equals(Optional.of(offset));
  }

  private static String text(JsonNode frames, int index, String field) {
    return frames.get(index).get(field).asText();
  }

  @ParameterizedTest
  @CsvSource({"calls,all", "threads,all", "altstack,on", "signals,threads", "blocked,all"})
  void victims(String program, String mode) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, program, mode)) {
      compared(victim);
    }
  }

  @ParameterizedTest
  @MethodSource("org.ckimg.e2e.RealProgram#alone")
  void realPrograms(RealProgram program) throws Exception {
    try (Victim victim = program.startWorking()) {
      compared(victim);
    }
  }

  /** Names are gone, call frame information is not. */
  @Test
  void aStrippedProgram() throws Exception {
    Path strip = Requirements.program("strip");
    Path program = Stage.program("calls");
    Path folder = Stage.folder("stripped");
    Path stripped = folder.resolve("calls");
    Command.output(strip.toString(), "-o", stripped.toString(), program.toString());
    List<String> command = List.of(stripped.toString(), folder.toString(), "all", "any-ids");
    try (Victim victim =
        Victim.command(Account.SELF, List.of(), folder, Path.of("/dev/null"), command)) {
      Await.until(victim::report, () -> victim.output().contains("ready\n"));
      JsonNode threads = compared(victim);
      assertTrue(
          StreamSupport.stream(threads.get(1).at("/stack/frames").spliterator(), false)
              .noneMatch(frame -> frame.path("function").asText().equals("recurse")));
    }
  }

  /** Code that says nothing of its frames is crossed by its frame pointer, and that is said. */
  @Test
  void trustIsSaid() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "calls", "all")) {
      JsonNode document = Json.inspect(victim.dump());
      JsonNode frames = document.at("/processes/0/threads/5/stack/frames");
      int bare = 0;
      while (!frames.get(bare).path("function").asText().equals("bare")) {
        bare++;
      }
      assertEquals("registers", text(frames, 0, "trust"));
      assertEquals("cfi", text(frames, bare, "trust"));
      assertEquals("frame-pointer", text(frames, bare + 1, "trust"));
      assertEquals("thread", text(frames, bare + 1, "function"));
      assertEquals("outermost", document.at("/processes/0/threads/5/stack/end").asText());
      JsonNode handler = document.at("/processes/0/threads/4/stack/frames");
      assertTrue(
          StreamSupport.stream(handler.spliterator(), false)
              .anyMatch(frame -> frame.get("trust").asText().equals("signal")),
          handler::toString);
    }
  }

  /** A core of the image has the same stacks as the image. */
  @Test
  void aCoreHasTheSameStacks() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "calls", "all")) {
      Path image = victim.dump();
      Path core = image.resolveSibling("v.core");
      Tool.run(Account.SELF, "convert", image, core).assertExit(0);
      assertTrue(Files.size(core) > 0);
      JsonNode own = Json.inspect(image).at("/processes/0/threads");
      JsonNode others = Json.inspect(core).at("/processes/0/threads");
      assertEquals(own.size(), others.size());
      for (int i = 0; i < own.size(); i++) {
        assertEquals(own.get(i).get("stack"), others.get(i).get("stack"));
      }
    }
  }
}
