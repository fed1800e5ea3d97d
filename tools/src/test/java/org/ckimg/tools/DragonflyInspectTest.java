package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.ckimg.testkit.dragonfly.CheckpointBuilder;
import org.ckimg.testkit.dragonfly.Checkpoints;
import org.ckimg.tools.text.Style;
import org.ckimg.tools.text.View;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands take a checkpoint of DragonFly, and say what is not in it. */
class DragonflyInspectTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private static Cli.Result run(byte[] image, String... arguments) {
    return new Cli(image, Style.PLAIN).run(arguments);
  }

  private static JsonNode inspect(String image, byte[] input) throws IOException {
    Cli.Result result = run(input, "inspect", image, "--json");
    assertEquals(0, result.code(), result.err());
    JsonNode document = JSON.readTree(result.out());
    assertEquals(Set.of(), JsonTest.schema("ckimg.inspect-1").validate(document), result.out());
    return document;
  }

  @Test
  void documentsSayWhatIsThereAndNothingElse() throws IOException {
    JsonNode document = inspect("-", Checkpoints.sound().get("process"));
    assertEquals("dragonfly", document.at("/image/format").asText());
    assertEquals("DragonFly", document.at("/host/system").asText());
    JsonNode process = document.at("/processes/0");
    JsonNode thread = process.at("/threads/0");
    assertEquals("0x700000000000", thread.at("/registers/rdi").asText());
    assertEquals("0x700000000014", thread.at("/registers/rip").asText());
    assertEquals(25, thread.get("registers").size());
    assertEquals("[\"SIGHUP\",\"SIGUSR2\"]", thread.get("blocked").toString());
    for (String absent : List.of("mxcsr", "altstack", "pending")) {
      assertFalse(thread.has(absent), absent);
    }
    for (String absent :
        List.of("ppid", "exe", "argv", "environment", "cwd", "umask", "credentials", "limits")) {
      assertFalse(process.has(absent), absent);
    }
    assertFalse(thread.get("registers").has("fs_base"));
    assertEquals("[\"SA_ONSTACK\"]", process.at("/signals/actions/0/flags").toString());
    assertEquals(
        "[\"SA_RESTART\",\"SA_NODEFER\",\"SA_SIGINFO\"]",
        process.at("/signals/actions/2/flags").toString());
    assertEquals("SIGUSR1", process.at("/signals/actions/2/signal").asText());
    assertEquals("[\"O_WRONLY\",\"O_APPEND\"]", process.at("/fds/1/flags").toString());
    assertEquals(
        "handle:[00002211.00003344 08000000beb1000001000000000000000000ffee]",
        process.at("/fds/1/path").asText());
    assertEquals(250_000_000, process.at("/timers/0/valueNanos").asInt());
    assertEquals(4, process.at("/memory/storedPages").asInt());
    assertEquals(11, document.at("/annexes/lost").size());
    assertTrue(document.get("warnings").toString().contains("the annex lost names what"));
  }

  @Test
  void everyViewIsPrinted() {
    String[] all =
        Stream.concat(Stream.of("inspect", "-"), Stream.of(View.values()).map(View::toString))
            .toArray(String[]::new);
    for (Map.Entry<String, byte[]> file : Checkpoints.sound().entrySet()) {
      Cli.Result result = run(file.getValue(), all);
      assertEquals(0, result.code(), file.getKey() + ": " + result.err());
      assertTrue(result.out().contains("vector registers"), result.out());
    }
  }

  @Test
  void checkReadsItAndListsWhatIsBroken() {
    Cli.Result good = run(Checkpoints.sound().get("process"), "check", "-");
    assertEquals(0, good.code(), good.out());
    assertTrue(
        good.out()
            .contains("standard input: a dragonfly image, complete; all 4 pages can be read,"),
        good.out());
    Cli.Result bad = run(Checkpoints.broken().get("CK-DFL-10 kill").get(), "check", "-");
    assertEquals(3, bad.code());
    assertTrue(
        bad.out().contains("CK-DFL-10: signals+0x") && bad.out().contains("not sound, 1 finding"),
        bad.out());
  }

  @Test
  void itBecomesAnImageThatSaysTheSame() throws IOException {
    byte[] file = Checkpoints.sound().get("process");
    Path image = folder.resolve("a.ckimg");
    Cli.Result result = run(file, "convert", "-", image.toString());
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().contains("left out: table 'lost', 11 rows"), result.err());
    JsonNode converted = inspect(image.toString(), new byte[0]);
    JsonNode original = inspect("-", file);
    assertEquals(original.at("/processes/0/threads"), converted.at("/processes/0/threads"));
    for (int i = 0; i < 4; i++) {
      JsonNode vma = original.at("/processes/0/vmas/" + i);
      for (String field : List.of("start", "end", "prot", "kind", "path")) {
        assertEquals(vma.get(field), converted.at("/processes/0/vmas/" + i).get(field), field);
      }
    }
    assertEquals(original.at("/processes/0/fds"), converted.at("/processes/0/fds"));
    assertEquals(original.at("/processes/0/signals"), converted.at("/processes/0/signals"));
    assertEquals("dragonfly", converted.at("/image/convertedFrom").asText());
    assertTrue(converted.at("/image/partial").asBoolean());
    assertEquals(0, run(new byte[0], "check", image.toString()).code());
    Cli.Result restore = run(new byte[0], "restore", "--verify", image.toString());
    assertEquals(1, restore.code(), restore.out() + restore.err());
  }

  @Test
  void thread0GetsANumber() throws IOException {
    byte[] file = new CheckpointBuilder().thread(0, 5).thread(1, 6).build().build();
    assertEquals(0, inspect("-", file).at("/processes/0/pid").asInt(-1));
    Path image = folder.resolve("zero.ckimg");
    Cli.Result result = run(file, "convert", "-", image.toString());
    assertEquals(0, result.code(), result.err());
    assertTrue(
        result.err().contains("no process or thread can be 0 there: 2 stands for it"),
        result.err());
    JsonNode threads = inspect(image.toString(), new byte[0]).at("/processes/0/threads");
    assertEquals("[2,1]", "[%s,%s]".formatted(threads.at("/0/tid"), threads.at("/1/tid")));
    assertEquals("0x5", threads.at("/0/registers/rdi").asText());
  }

  @Test
  void aCoreIsRefusedByName() {
    Path core = folder.resolve("core");
    Cli.Result result = run(Checkpoints.sound().get("process"), "convert", "-", core.toString());
    assertEquals(3, result.code());
    assertTrue(
        result.err().contains("CK-COR-03: core+0x0: only cores of Linux are written"),
        result.err());
    assertFalse(Files.exists(core));
  }

  /** SIGCONT is there what SIGSTOP is on Linux: 19. */
  @Test
  void itsSignalsAreItsOwn() throws IOException {
    Path image = folder.resolve("converted.ckimg");
    byte[] continued = Checkpoints.process().handler(19, 0x400123).build().build();
    Path checkpoint = Cli.write(folder, "victim.ckpt", continued);
    Cli.Result result = new Cli().run("convert", checkpoint.toString(), image.toString());
    assertEquals(0, result.code(), result.err());
    assertEquals(0, new Cli().run("check", image.toString()).code());
    assertEquals("[2,13,19,30]", numbers(inspect(image.toString(), new byte[0])));
  }

  private static String numbers(JsonNode document) {
    return document.at("/processes/0/signals").findValues("number").toString().replace(" ", "");
  }
}
