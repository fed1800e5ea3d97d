package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ckimg.testkit.FrameCoder;
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
  private static final int RECORDS = Integer.getInteger("ckimg.bounds.records", 50_000);
  private static final int BLOCKS = Math.max(2, RECORDS / 25_000);
  private static final long HEAP = 64L << 20;
  private static final long PER_RECORD = 512;
  private static final long MINUTES = 20;
  private static final List<String> COMMANDS = List.of("check", "inspect --json", "triage --json");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void muchOfSomething(WideImage.Kind kind) throws Exception {
    Path image = folder.resolve("wide.ckimg");
    WideImage.write(image, kind, RECORDS);
    run(image, HEAP + PER_RECORD * RECORDS, COMMANDS);
  }

  @Test
  void bombsOfEveryCodec() throws Exception {
    for (FrameCoder coder : List.of(FrameCoder.LZ4, FrameCoder.ZSTD)) {
      Path image = folder.resolve("bomb-%d.ckimg".formatted(coder.codec()));
      WideImage.bomb(image, coder, BLOCKS);
      assertTrue(Files.size(image) < (long) BLOCKS << 18, () -> image + " is no bomb");
      run(image, HEAP, List.of("check", "inspect --json", "mem strings", "triage --json"));
    }
  }

  /** The commands, one after the other in one virtual machine, end with an answer. */
  private void run(Path image, long heap, List<String> commands) throws Exception {
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
                image.toString()));
    line.addAll(commands);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(line)
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
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Runs in the small heap: an image, then commands. */
  public static void main(String... arguments) {
    for (String command : Arrays.copyOfRange(arguments, 1, arguments.length)) {
      List<String> words = new ArrayList<>(List.of(command.split(" ")));
      words.add(1, arguments[0]);
      long start = System.nanoTime();
      Console console =
          Console.plain(InputStream.nullInputStream(), OutputStream.nullOutputStream(), System.err);
      int exit = Ckimg.run(console, words.toArray(String[]::new));
      long millis = (System.nanoTime() - start) / 1_000_000;
      System.out.printf(
          "%s of %s: exit %d, %d ms, heap of at most %d MiB%n",
          command,
          Path.of(arguments[0]).getFileName(),
          exit,
          millis,
          Runtime.getRuntime().maxMemory() >> 20);
      if (exit != 0 && !(exit == 1 && command.startsWith("triage"))) {
        System.exit(exit);
      }
    }
  }
}
