package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.ParentFolder;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.writer.ImageWriter;
import org.ckimg.writer.WriterSettings;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Writing what was read gives the same bytes, and a sound image. */
class RoundTripTest {
  private static final Path VECTORS = Path.of("../spec/vectors/valid");

  /** Offset of the header's codecs, which the writer sets to what it uses. */
  private static final int CODECS = 22;

  @TempDir Path folder;

  /** Not those that this version does not write: signatures, another minor version. */
  static List<Path> vectors() throws Exception {
    try (Stream<Path> files = Files.list(VECTORS)) {
      return files
          .filter(f -> f.toString().endsWith(".ckimg"))
          .filter(f -> !f.getFileName().toString().matches("(coded|newer-minor|signed).*"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void comesBackByteForByte(Path vector) throws Exception {
    byte[] original = Files.readAllBytes(vector);
    byte[] written = rewrite(vector);
    Path copy = Files.write(folder.resolve("copy.ckimg"), written);
    assertTrue(ImageVerifier.verify(copy, Depth.FULL).sound());
    assertArrayEquals(written, rewrite(copy));
    if (original[CODECS] == 1) {
      assertArrayEquals(original, written);
    }
  }

  private static byte[] rewrite(Path image) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ParentFolder parents = new ParentFolder(VECTORS);
    try (ImageReader reader = ImageReader.open(FileChannel.open(image), parents)) {
      ImageWriter.write(reader.checkpoint(), Channels.newChannel(bytes), WriterSettings.defaults());
    }
    return bytes.toByteArray();
  }
}
