package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.ckimg.interop.criu.WideSet;
import org.ckimg.testkit.CoreFile;
import org.ckimg.testkit.FrameCoder;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Samples;
import org.ckimg.testkit.WideImage;
import org.ckimg.tools.Ckimg;
import org.ckimg.tools.cli.Console;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Commands over images with very much of something, in a virtual machine whose heap is 64 MiB and
 * 512 bytes for each record, whatever the pages.
 */
class BoundsTest {
  /** Of everything that can be many there is a part: all, or a quarter to compare it with. */
  private static final int PART = Integer.getInteger("ckimg.bounds.part", 1);

  private static final int RECORDS = Integer.getInteger("ckimg.bounds.records", 50_000) / PART;

  /** More than a heap could hold, whatever the part. */
  private static final int BLOCKS = Math.max(16, RECORDS / 15_625);

  private static final int DEPTH = 64 / PART;
  private static final long HEAP = 64L << 20;
  private static final long PER_RECORD = 512;
  private static final long MINUTES = 20;
  private static final Pattern CHOSEN =
      Pattern.compile(System.getProperty("ckimg.bounds.kinds", ".*"));

  /** In front of a line of figures: name, command, how many, MiB of heap, milliseconds. */
  private static final String ROW = "= ";

  private static final String CHAIN = "chain of images";
  private static final String OF_A_PARENT = "objects on one of a parent";
  private static final String OF_A_CORE = "segments of a core";
  private static final long SEGMENTS = 1 << 24;
  private static final int PAGE = 4096;

  /** One image, or two of which the second has a record less. */
  private static final List<String> OF_ONE =
      List.of(
          "check IMAGE",
          "inspect --json IMAGE",
          "triage --json IMAGE",
          "restore --verify IMAGE",
          "report -o REPORT IMAGE");

  private static final List<String> OF_TWO = List.of("diff --json OTHER IMAGE");

  private static final List<String> OF_PAGES =
      List.of("check IMAGE", "inspect --json IMAGE", "mem IMAGE strings", "triage --json IMAGE");

  private static final List<String> OF_CHAINS =
      List.of(
          "check IMAGE",
          "inspect --json IMAGE",
          "mem IMAGE strings",
          "restore --verify IMAGE",
          "squash -o REPORT IMAGE");

  private static final List<String> OF_OTHERS =
      List.of(
          "check IMAGE", "inspect --json IMAGE", "triage --json IMAGE", "convert IMAGE COPY.ckimg");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void muchOfSomething(WideImage.Kind kind) throws Exception {
    choose(kind.name());
    Path image = folder.resolve("IMAGE");
    WideImage.write(image, kind, RECORDS);
    WideImage.write(folder.resolve("OTHER"), kind, RECORDS - 1);
    run(kind.name(), RECORDS, HEAP + PER_RECORD * RECORDS, OF_ONE);
    run(kind.name(), RECORDS, HEAP + PER_RECORD * 2 * RECORDS, OF_TWO);
  }

  /** As many parents as a chain may have. */
  @Test
  void deepParents() throws Exception {
    choose(CHAIN);
    Image parent = Samples.oneObject().build();
    for (int depth = 1; depth <= DEPTH; depth++) {
      Files.write(folder.resolve("parent-" + depth), parent.bytes());
      parent = Samples.child().parent(parent.identity(), depth).build();
    }
    Files.write(folder.resolve("IMAGE"), parent.bytes());
    run(CHAIN, DEPTH + 1, HEAP, OF_CHAINS);
  }

  /** Each of very many objects continues the same one, which has very many runs of pages. */
  @Test
  void manyOfOneParent() throws Exception {
    choose(OF_A_PARENT);
    Image parent = WideImage.parent();
    Files.write(folder.resolve("parent"), parent.bytes());
    WideImage.child(folder.resolve("IMAGE"), parent, RECORDS);
    run(OF_A_PARENT, RECORDS, HEAP + PER_RECORD * RECORDS, OF_CHAINS);
  }

  @Test
  void bombsOfEveryCodec() throws Exception {
    choose("bombs");
    for (FrameCoder coder : List.of(FrameCoder.LZ4, FrameCoder.ZSTD)) {
      Path image = folder.resolve("IMAGE");
      WideImage.bomb(image, coder, BLOCKS);
      assertTrue(Files.size(image) < (long) BLOCKS << 18, () -> image + " is no bomb");
      run("bomb of codec " + coder.codec(), BLOCKS, HEAP, OF_PAGES);
      Files.delete(image);
    }
  }

  /** Segments of one page without its bytes, each of a file. */
  @Test
  void manySegmentsOfACore() throws Exception {
    choose(OF_A_CORE);
    CoreFile core = CoreFile.sound();
    long[] ranges = new long[3 * RECORDS];
    String[] names = new String[RECORDS];
    Arrays.fill(names, "/f");
    for (int i = 0; i < RECORDS; i++) {
      ranges[3 * i] = SEGMENTS + 2L * PAGE * i;
      ranges[3 * i + 1] = ranges[3 * i] + PAGE;
      core.segment(ranges[3 * i], 4, PAGE, new byte[0]);
    }
    Files.write(folder.resolve("IMAGE"), core.files(RECORDS, ranges, names).build());
    run(OF_A_CORE, RECORDS, HEAP + PER_RECORD * RECORDS, OF_OTHERS);
  }

  @ParameterizedTest
  @EnumSource
  void muchInASetOfCriu(WideSet.Kind kind) throws Exception {
    String name = kind + " of a set of CRIU";
    choose(name);
    WideSet.write(folder.resolve("IMAGE"), kind, RECORDS);
    run(name, RECORDS, HEAP + PER_RECORD * RECORDS, OF_OTHERS);
  }

  /** Skips what was not asked for. */
  private static void choose(String name) {
    assumeTrue(CHOSEN.matcher(name).matches(), () -> name + " was not asked for");
  }

  /** The commands, one after the other in one virtual machine, end with an answer. */
  private void run(String name, int count, long heap, List<String> commands) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                BoundsTest.class.getName(),
                name,
                Integer.toString(count)));
    line.addAll(commands);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(output.toFile()))
            .start();
    try {
      assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), () -> "no end: " + text(output));
    } finally {
      process.destroyForcibly();
    }
    System.out.print(text(output));
    assertEquals(0, process.exitValue(), () -> text(output));
    keep(text(output));
  }

  /** Adds the figures to a file where that is wanted. */
  private static void keep(String output) throws IOException {
    String file = System.getProperty("ckimg.bounds.results");
    if (file != null) {
      List<String> rows =
          output
              .lines()
              .filter(line -> line.startsWith(ROW))
              .map(line -> line.substring(2))
              .toList();
      Files.write(Path.of(file), rows, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /**
   * Runs in the small heap and in the folder: a name and a number for the figures, then commands.
   */
  public static void main(String... arguments) {
    for (String command : Arrays.copyOfRange(arguments, 2, arguments.length)) {
      long start = cpuMillis();
      Console console =
          Console.plain(InputStream.nullInputStream(), OutputStream.nullOutputStream(), System.err);
      int exit = Ckimg.run(console, command.split(" "));
      System.out.println(
          String.join(
              "\t",
              ROW + arguments[0],
              command,
              arguments[1],
              Long.toString(Runtime.getRuntime().maxMemory() >> 20),
              Long.toString(cpuMillis() - start)));
      if (exit != 0 && !(exit == 1 && command.matches("(triage|diff|restore).*"))) {
        System.exit(exit);
      }
    }
  }

  /** Of all threads, collectors of garbage among them. */
  private static long cpuMillis() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1_000_000;
  }
}
