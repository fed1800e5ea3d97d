package org.ckimg.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.reader.verify.Verdict;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.testkit.BigImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image of more than 4 GiB in a heap of 64 MiB. */
class BigImageTest {
  @TempDir Path directory;

  @Test
  void smallHeapIsEnough() throws Exception {
    Path image = directory.resolve("big.ckimg");
    BigImage.write(image);
    assertTrue(Files.size(image) > 1L << 32);
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                BigImageTest.class.getName(),
                image.toString())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(output.toFile()))
            .start();
    int status = process.waitFor();
    assertEquals(0, status, () -> text(output));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Runs in the small heap. */
  public static void main(String... arguments) throws IOException {
    Path image = Path.of(arguments[0]);
    Verdict verdict = ImageVerifier.verify(image, Depth.METADATA);
    assertTrue(verdict.sound(), () -> verdict.findings().toString());
    try (ImageReader reader = ImageReader.open(image)) {
      Checkpoint checkpoint = reader.checkpoint();
      assertEquals(BigImage.PAGES, checkpoint.memory().pages(1).numPages());
      for (int page = 0; page < BigImage.PAGES; page += 4001) {
        byte[] bytes = Images.read(checkpoint, 1, BigImage.FIRST_PAGE + (long) page, 1);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(page + 1, buffer.getLong());
      }
    }
    try (ImageReader reader = ImageReader.salvage(image)) {
      assertEquals(BigImage.PAGES, reader.totals(1).pages());
    }
  }
}
