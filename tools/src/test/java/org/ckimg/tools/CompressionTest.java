package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.tools.cli.CompressionConverter;
import org.ckimg.writer.Compression;
import org.ckimg.writer.ImageWriter;
import org.ckimg.writer.WriterSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Coded frames hold the same pages, and cost no soundness. */
class CompressionTest {
  private static final int PAGE = 4096;
  private static final int PAGES = 9000;

  @TempDir Path folder;

  /** Text, noise, zeros and repetitions, in runs shorter and longer than a frame. */
  private static final class Mixture implements Memory {
    private final byte[] bytes = new byte[PAGES * PAGE];

    Mixture() {
      Random random = new Random(5);
      int at = 0;
      while (at < PAGES) {
        int run = Math.min(PAGES - at, 1 + random.nextInt(200));
        int kind = random.nextInt(4);
        for (int page = at; page < at + run; page++) {
          fill(page, kind, random);
        }
        at += run;
      }
    }

    private void fill(int page, int kind, Random random) {
      byte[] content = new byte[PAGE];
      switch (kind) {
        case 0 -> random.nextBytes(content);
        case 1 -> java.util.Arrays.fill(content, (byte) 7);
        case 2 -> {
          for (int i = 0; i < PAGE; i++) {
            content[i] = (byte) ('a' + random.nextInt(4));
          }
        }
        default -> {}
      }
      System.arraycopy(content, 0, bytes, page * PAGE, PAGE);
    }

    @Override
    public PageRuns pages(int object) {
      return new PageRuns.Builder().add(0x100, PAGES).build();
    }

    @Override
    public void read(int object, long firstPage, int numPages, MemorySegment into) {
      int from = (int) (firstPage - 0x100) * PAGE;
      MemorySegment.copy(bytes, from, into, ValueLayout.JAVA_BYTE, 0, numPages * PAGE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "lz4", "zstd", "zstd:9"})
  void pagesComeBack(String how) throws Exception {
    Mixture memory = new Mixture();
    Checkpoint checkpoint = withMemory(memory);
    Compression compression = new CompressionConverter().convert(how);
    byte[] image = write(checkpoint, new WriterSettings(2, compression));
    assertArrayEquals(image, write(checkpoint, new WriterSettings(1, compression)));
    Path file = Files.write(folder.resolve("image.ckimg"), image);
    assertEquals(List.of(), ImageVerifier.verify(file, Depth.FULL).findings());
    try (ImageReader reader = ImageReader.open(file)) {
      byte[] back = new byte[PAGES * PAGE];
      reader.checkpoint().memory().read(1, 0x100, PAGES, MemorySegment.ofArray(back));
      assertArrayEquals(memory.bytes, back);
    }
    if (!how.equals("none")) {
      long plain = write(checkpoint, new WriterSettings(2, Compression.NONE)).length;
      assertTrue(image.length < plain * 4 / 5, image.length + " of " + plain);
    }
  }

  private Checkpoint withMemory(Memory memory) throws Exception {
    Path minimal = Path.of("../spec/vectors/valid/minimal.ckimg");
    try (ImageReader reader = ImageReader.open(minimal)) {
      Checkpoint c = reader.checkpoint();
      MemoryObject object =
          new MemoryObject(
              1, MemoryObject.Kind.SHARED, 1L << 40, OptionalInt.empty(), OptionalInt.empty());
      return new Checkpoint(
          c.host(),
          Optional.empty(),
          false,
          c.processes(),
          c.descriptions(),
          c.files(),
          c.terminals(),
          c.pipes(),
          List.of(object),
          c.origin(),
          c.extras(),
          memory);
    }
  }

  private static byte[] write(Checkpoint checkpoint, WriterSettings settings) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter.write(checkpoint, Channels.newChannel(bytes), settings);
    return bytes.toByteArray();
  }

  @Test
  void namesAndLevels() throws Exception {
    CompressionConverter converter = new CompressionConverter();
    assertEquals(Compression.zstd(1), converter.convert("zstd"));
    assertEquals(Compression.zstd(19), converter.convert("zstd:19"));
    for (String wrong : List.of("", "gzip", "zstd:", "zstd:0", "zstd:23", "lz4:1")) {
      assertThrows(TypeConversionException.class, () -> converter.convert(wrong), wrong);
    }
    assertTrue(Compression.LZ4.library().orElseThrow().toString().startsWith("aircompressor-v3 "));
    assertEquals(Optional.empty(), Compression.NONE.library());
  }
}
