package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class ImageWriterTest {
  private static Checkpoint mixed() {
    FakeMemory memory =
        new FakeMemory(
            4096,
            FakeMemory.MIXED,
            FakeMemory.runs(5, 5000, 9000, 4200),
            FakeMemory.runs(),
            FakeMemory.runs(0, 4096, 5000, 1));
    return Samples.shared(12, memory, 3);
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBytes() throws Exception {
    byte[] one = Samples.write(mixed(), new WriterSettings(1, Compression.NONE));
    byte[] four = Samples.write(mixed(), new WriterSettings(4, Compression.NONE));
    assertArrayEquals(one, four);
  }

  @Test
  void emptyCheckpointHasSystemAndProcesses() throws Exception {
    RawImage image = new RawImage(Samples.write(Samples.empty()));
    assertEquals(
        List.of(SectionType.SYSTEM.number(), SectionType.PROCESSES.number()),
        image.parts.stream().map(RawImage.Part::type).toList());
    assertEquals(16, image.parts.get(1).meta().length);
    assertArrayEquals(new byte[16], image.parts.get(1).meta());
  }

  @Test
  void reportsIdentityLengthAndPages() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WrittenImage written = ImageWriter.write(mixed(), Channels.newChannel(out), Samples.ONE);
    RawImage image = new RawImage(out.toByteArray());
    assertEquals(Digest.of(image.root), written.identity());
    assertEquals(out.size(), written.lengthBytes());
    long stored = 0;
    long zero = 0;
    long repeated = 0;
    for (RawImage.Part block : image.ofType(0x40)) {
      stored += block.u4(28);
      zero += block.u4(36);
      repeated += block.u4(44);
    }
    assertEquals(new PageCounts(5000 + 4200 + 4097, stored, zero, repeated, 0), written.pages());
    assertEquals(written.pages().total(), stored + zero + repeated);
  }

  @Test
  void sectionsAreInOrderOfTypeWithExtrasWhereTheyBelong() throws Exception {
    RawImage image = new RawImage(Samples.write(Samples.full()));
    assertEquals(
        List.of(
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 0x1e,
            0x20, 0x40, 0x40, 0x40, 0x40, 0x50, 0x60, 0x8000, 0x8000),
        image.parts.stream().map(RawImage.Part::type).toList());
    for (RawImage.Part part : image.parts) {
      boolean critical = SectionType.of(part.type()).map(SectionType::critical).orElse(false);
      assertEquals(critical ? 1 : 0, part.flags() & 1);
    }
    RawImage.Part extra = image.ofType(0x1e).getFirst();
    assertEquals("before objects", new String(extra.meta(), "US-ASCII"));
    assertEquals(2, extra.flags());
    assertEquals(9, image.ofType(0x50).getFirst().item());
    assertEquals(0, image.ofType(0x60).getFirst().flags());
  }

  @Test
  void originAloneMakesTheDifferenceBetweenTwoDumps() throws Exception {
    Checkpoint checkpoint = mixed();
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (ImageWriter writer = ImageWriter.to(Channels.newChannel(out), Samples.ONE)) {
        writer.start(checkpoint);
        for (int object = 1; object <= 3; object++) {
          writer.writeObject(object);
        }
        writer.finish(i == 0 ? Optional.empty() : Optional.of(Samples.origin()));
      }
      images.add(out.toByteArray());
    }
    RawImage without = new RawImage(images.get(0));
    RawImage with = new RawImage(images.get(1));
    int end = (int) with.ofType(0x60).getFirst().offset();
    assertArrayEquals(without.slice(0, end), with.slice(0, end));
    assertNotEquals(Digest.of(without.root), Digest.of(with.root));
  }

  @Test
  void readsEachRunOfABlockOnceAndInOrder() throws Exception {
    Checkpoint checkpoint = mixed();
    Samples.write(checkpoint, new WriterSettings(3, Compression.NONE));
    assertEquals(
        List.of("1:5+4096", "1:4101+904", "1:9000+3192", "1:12192+1008", "3:0+4096", "3:5000+1"),
        ((FakeMemory) checkpoint.memory()).reads);
  }

  @Test
  void writesAMebibyteAtATime() throws Exception {
    List<Integer> sizes = new ArrayList<>();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter.write(mixed(), noting(sizes, out), Samples.ONE);
    assertEquals(out.size(), sizes.stream().mapToInt(Integer::intValue).sum());
    sizes.removeLast();
    assertEquals(List.of(), sizes.stream().filter(s -> s < 1 << 20).toList());
  }

  /** Notes how much each call wrote. */
  private static WritableByteChannel noting(List<Integer> sizes, ByteArrayOutputStream out) {
    return new WritableByteChannel() {
      @Override
      public int write(ByteBuffer source) {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        out.writeBytes(bytes);
        sizes.add(bytes.length);
        return bytes.length;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void goesThroughAPipe() throws Exception {
    byte[] expected = Samples.write(mixed());
    Pipe pipe = Pipe.open();
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              try (var in = Channels.newInputStream(pipe.source())) {
                in.transferTo(got);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    try (Pipe.SinkChannel sink = pipe.sink()) {
      ImageWriter.write(mixed(), sink, Samples.ONE);
    }
    reader.join();
    assertArrayEquals(expected, got.toByteArray());
  }

  @Test
  void refusesAChannelThatDoesNotBlock() throws Exception {
    Pipe pipe = Pipe.open();
    try (Pipe.SinkChannel sink = pipe.sink();
        Pipe.SourceChannel source = pipe.source()) {
      assertTrue(source.isOpen());
      sink.configureBlocking(false);
      assertThrows(IllegalArgumentException.class, () -> ImageWriter.to(sink, Samples.ONE));
    }
  }

  @Test
  void aFullDiskIsAnIoException() throws Exception {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full));
    try (FileChannel out = FileChannel.open(full, StandardOpenOption.WRITE)) {
      assertThrows(IOException.class, () -> ImageWriter.write(mixed(), out, Samples.ONE));
    }
  }

  @Test
  void objectsComeInOrderAndAllOfThem() throws Exception {
    WritableByteChannel out = Channels.newChannel(new ByteArrayOutputStream());
    try (ImageWriter writer = ImageWriter.to(out, Samples.ONE)) {
      assertThrows(IllegalArgumentException.class, () -> writer.writeObject(1));
      writer.start(mixed());
      assertThrows(IllegalArgumentException.class, () -> writer.writeObject(2));
      writer.writeObject(1);
      assertThrows(IllegalArgumentException.class, () -> writer.writeObject(1));
      assertThrows(IllegalStateException.class, () -> writer.finish(Optional.empty()));
    }
  }

  @Test
  void afterAFailureThereIsNoImage() throws Exception {
    Checkpoint broken =
        Samples.shared(
            12,
            new FakeMemory(
                4096,
                (object, page, into) -> {
                  throw new IllegalStateException("gone");
                },
                FakeMemory.runs(0, 1)),
            1);
    WritableByteChannel out = Channels.newChannel(new ByteArrayOutputStream());
    try (ImageWriter writer = ImageWriter.to(out, Samples.ONE)) {
      writer.start(broken);
      assertThrows(IllegalStateException.class, () -> writer.writeObject(1));
      assertThrows(IllegalStateException.class, () -> writer.finish(Optional.empty()));
    }
  }

  @Test
  void settingsHaveBounds() {
    assertThrows(IllegalArgumentException.class, () -> new WriterSettings(0, Compression.NONE));
    assertThrows(IllegalArgumentException.class, () -> new WriterSettings(65, Compression.NONE));
  }
}
