package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.ImageBuilder;
import org.ckimg.testkit.Samples;
import org.ckimg.testkit.Table;
import org.ckimg.tools.text.Style;
import org.ckimg.tools.text.View;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InspectTest {
  @TempDir Path folder;

  private Cli.Result inspectInput(byte[] image, String... more) {
    String[] arguments =
        Stream.concat(Stream.of("inspect", "-"), Stream.of(more)).toArray(String[]::new);
    return new Cli(image, Style.PLAIN).run(arguments);
  }

  @ParameterizedTest
  @EnumSource(View.class)
  void view(View view) throws IOException {
    Cli.Result result = inspectInput(Cli.sample("process"), view.toString());
    assertEquals("", result.err());
    assertEquals(0, result.code());
    Snapshots.check("views/process-" + view + ".txt", result.out());
  }

  @Test
  void treeShowsParentsAboveChildren() throws IOException {
    Snapshots.check("views/tree-tree.txt", inspectInput(Cli.sample("tree"), "tree").out());
  }

  /** Of one that has ended there is its end. */
  @Test
  void saysOnlyWhatThereIs() throws IOException {
    Snapshots.check(
        "views/restorable-summary.txt", inspectInput(Cli.sample("restorable"), "summary").out());
  }

  @Test
  void saysWhatIsSharedAndWithWhom() throws IOException {
    String fds = inspectInput(Cli.sample("sharing"), "fds").out();
    assertTrue(fds.contains("  one table with process 7\n"), fds);
    assertTrue(fds.contains("  13:3 "), fds);
    assertTrue(
        fds.contains("  T:N is descriptor N in the table that thread T has of its own\n"), fds);
    String threads = inspectInput(Cli.sample("sharing"), "threads").out();
    assertTrue(threads.contains("  thread 13 has descriptors of its own\n"), threads);
    assertTrue(threads.contains("  thread 11 is in /, umask 0077\n"), threads);
    assertTrue(threads.contains("  thread 12 is where thread 11 is\n"), threads);
    String summary = inspectInput(Cli.sample("sharing")).out();
    assertTrue(summary.contains("cwd, root and umask are one with process 7"), summary);
  }

  @Test
  void socketsAndPipesAreLines() throws IOException {
    Snapshots.check("views/sockets-fds.txt", inspectInput(Cli.sample("sockets"), "fds").out());
  }

  @Test
  void aRingOfParentsEnds() {
    ImageBuilder image = Samples.tree();
    image.table(Table.PROCESSES).row(0).put("ppid", 51);
    Cli.Result result = inspectInput(image.build().bytes(), "tree");
    assertEquals(0, result.code());
    for (String pid : List.of("50", "51", "52")) {
      assertEquals(2, result.out().split(pid, -1).length, result.out());
    }
  }

  @Test
  void summaryIsTheDefaultAndViewsAreSeparated() {
    byte[] image = Cli.sample("process");
    assertEquals(inspectInput(image, "summary").out(), inspectInput(image).out());
    String both = inspectInput(image, "limits").out() + "\n" + inspectInput(image, "timers").out();
    assertEquals(both, inspectInput(image, "limits", "timers").out());
  }

  @Test
  void aFileAndStandardInputAreTheSame() {
    byte[] image = Cli.sample("process");
    Path file = Cli.write(folder, "a", image);
    assertEquals(
        inspectInput(image, "fds").out(), new Cli().run("inspect", "" + file, "fds").out());
  }

  @Test
  void spoolingLeavesNothingBehind() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    inspectInput(Cli.sample("process"));
    try (Stream<Path> files = Files.list(temporary)) {
      assertTrue(files.noneMatch(p -> p.getFileName().toString().matches("ckimg[0-9]+[.]tmp")));
    }
  }

  @Test
  void pidSelectsOneProcess() {
    Cli.Result result = inspectInput(Cli.sample("tree"), "--pid", "51", "threads");
    assertTrue(result.out().startsWith("process 51\n"), result.out());
    assertFalse(result.out().contains("process 50"), result.out());
  }

  @Test
  void aPidThatIsNotThereIsWrongUsage() {
    Cli.Result result = inspectInput(Cli.sample("tree"), "--pid", "7");
    assertEquals(2, result.code());
    assertEquals(
        "ckimg inspect: standard input: no process 7 in the image; it has 50, 51, 52\n",
        result.err());
  }

  @Test
  void whatWasCutAwayIsNotCalledEmpty() {
    byte[] cut = Arrays.copyOf(Cli.sample("process"), 3000);
    Cli.Result result = inspectInput(cut, "summary", "maps");
    assertEquals(0, result.code());
    assertTrue(result.out().contains("cut short"), result.out());
    assertTrue(result.out().contains("demo --slow"), result.out());
    assertTrue(result.out().contains("not known: the image was cut before the end of VMAS"));
    assertFalse(result.out().contains("0 mappings"), result.out());
  }

  @Test
  void whatDescriptorsHeldBehindTheCutIsNotCalledNothing() {
    Image sockets = Samples.sockets().build();
    int end = sockets.offset("NOTIFY/0/description");
    Cli.Result result = inspectInput(Arrays.copyOf(sockets.bytes(), end), "fds");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().contains("tcp 127.0.0.1:8080 listening"), result.out());
    assertTrue(
        result
            .out()
            .contains("what they hold is not known: the image was cut before the end of NOTIFY"),
        result.out());
  }

  @Test
  void everyCutIsShownOrRefused() {
    byte[] image = Cli.sample("process");
    String[] views = Stream.of(View.values()).map(View::toString).toArray(String[]::new);
    for (int length = 0; length < image.length; length += 499) {
      Cli.Result result = inspectInput(Arrays.copyOf(image, length), views);
      assertEquals(length < 128 ? 3 : 0, result.code(), length + ": " + result.err());
    }
  }

  @Test
  void namesCannotSteerTheTerminal() {
    ImageBuilder image = Samples.process();
    String evil = "\u001b[2J\u009b31m\u202e\n";
    image.table(Table.THREADS).row(0).put("comm", "\u001b[2J\n");
    image.table(Table.PROCESSES).row(0).put("cmdline", evil + "\0").put("environ", evil + "\0");
    image.table(Table.FILES).row(0).put("path", "/" + evil);
    String[] views = Stream.of(View.values()).map(View::toString).toArray(String[]::new);
    Cli.Result result = inspectInput(image.build().bytes(), views);
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().contains("\\x1b[2J\\xc2\\x9b31m\\xe2\\x80\\xae\\x0a"), result.out());
    assertTrue(
        result
            .out()
            .chars()
            .allMatch(
                c -> c == '\n' || c >= ' ' && c < 0x7f || c > 0x2000 && c != 0x202e || c == 'µ'),
        result.out());
  }

  @Test
  void coloursOnlyWhenAskedFor() {
    byte[] image = Cli.sample("process");
    assertTrue(new Cli(image, Style.COLOUR).run("inspect", "-").out().contains("\u001b[1m"));
    assertFalse(inspectInput(image).out().contains("\u001b"));
  }
}
