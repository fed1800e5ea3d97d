package org.ckimg.reader.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.Images;
import org.ckimg.reader.SectionInfo;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.testkit.Corruptions;
import org.ckimg.testkit.ImageBuilder;
import org.ckimg.testkit.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damage everywhere: each is found where it is, and nothing but an ImageException ever comes out.
 */
class SweepTest {
  @TempDir Path directory;

  @Test
  void everyCutIsNamed() throws IOException {
    cuts(Samples.minimal(), 1);
    cuts(Samples.tables(), 13);
    cuts(Samples.sockets(), 31);
    cuts(Samples.oneObject(), 61);
  }

  private void cuts(ImageBuilder builder, int step) throws IOException {
    byte[] image = builder.build().bytes();
    Path file = Images.write(directory, image);
    for (int length = image.length - 1; length >= 0; length -= step) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(length);
      }
      Verdict verdict = ImageVerifier.verify(file, Depth.FULL);
      Rule rule = length < Format.HEADER_BYTES ? Rule.HDR_01 : Rule.FTR_10;
      assertEquals(1, verdict.findings().size(), () -> verdict.findings().toString());
      assertEquals(rule, verdict.findings().getFirst().rule());
      assertFalse(verdict.complete());
      assertThrows(ImageException.class, () -> ImageReader.open(file));
      salvage(file, length);
    }
  }

  /** What is left reads back without surprise. */
  private static void salvage(Path file, int length) throws IOException {
    if (length < Format.HEADER_BYTES) {
      ImageException e = assertThrows(ImageException.class, () -> ImageReader.salvage(file));
      assertEquals(Rule.HDR_01, e.finding().rule());
      return;
    }
    try (ImageReader reader = ImageReader.salvage(file)) {
      assertFalse(reader.complete());
      assertEquals(Optional.empty(), reader.identity());
      reader.checkpoint();
      truncatedAtWorst(reader);
    }
  }

  private static void truncatedAtWorst(ImageReader reader) throws IOException {
    try {
      Images.readAll(reader);
    } catch (TruncatedImageException e) {
      assertEquals(Rule.FTR_03, e.finding().rule());
    }
  }

  @Test
  void everyFlippedBitIsFoundInItsSection() throws IOException {
    flips(Samples.signed(), 1);
    flips(Samples.tables(), 11);
    flips(Samples.sockets(), 37);
    flips(Samples.oneObject(), 23);
    flips(Samples.child(), 29);
  }

  private void flips(ImageBuilder builder, int step) throws IOException {
    byte[] image = builder.build().bytes();
    Path file = Images.write(directory, image);
    TreeMap<Long, String> owners = owners(file, image.length);
    Random random = new Random(7);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (int at = 0; at < image.length; at += step) {
        byte flipped = (byte) (image[at] ^ 1 << random.nextInt(Byte.SIZE));
        channel.write(ByteBuffer.wrap(new byte[] {flipped}), at);
        String owner = owners.floorEntry((long) at).getValue();
        judge(channel, at, owner);
        channel.write(ByteBuffer.wrap(image, at, 1), at);
      }
      assertTrue(ImageVerifier.verify(channel, Depth.FULL).sound());
    }
  }

  private static TreeMap<Long, String> owners(Path file, int length) throws IOException {
    TreeMap<Long, String> owners = new TreeMap<>(Map.of(0L, "header"));
    try (ImageReader reader = ImageReader.open(file)) {
      long end = Format.HEADER_BYTES;
      for (SectionInfo section : reader.sections()) {
        owners.put(section.offset(), section.name());
        end = Format.align(section.offset() + Format.SECTION_HEAD_BYTES + section.metaBytes());
        if (section.dataBytes() != 0) {
          long page = 4096;
          long data = section.offset() + Format.SECTION_HEAD_BYTES + section.metaBytes();
          end = Format.align((data + page - 1) / page * page + section.dataBytes());
        }
      }
      owners.put(end, "DIRECTORY");
    }
    owners.put((long) length - Format.FOOTER_BYTES, "footer");
    return owners;
  }

  private static void judge(FileChannel channel, int at, String owner) throws IOException {
    Verdict verdict = ImageVerifier.verify(channel, Depth.FULL);
    assertFalse(verdict.sound(), () -> "byte " + at);
    for (Finding finding : verdict.findings()) {
      assertEquals(owner, finding.section(), () -> "byte " + at + ": " + finding);
    }
    assertTrue(refused(channel), () -> "the reader missed byte " + at);
  }

  /** Whether the reader refuses; any other exception fails the test. */
  private static boolean refused(FileChannel channel) throws IOException {
    try {
      Images.readAll(ImageReader.open(channel));
      return false;
    } catch (ImageException e) {
      return true;
    }
  }

  @Test
  void sealedLiesAreJudgedByBothAlike() throws IOException {
    lies(Samples.minimal(), 1, (byte) 0xff);
    lies(Samples.tables(), 17, (byte) 0xff);
    lies(Samples.tables(), 13, (byte) 1);
    lies(Samples.sockets(), 17, (byte) 0xff);
    lies(Samples.sockets(), 13, (byte) 1);
    lies(Samples.oneObject(), 5, (byte) 0x80);
    lies(Samples.child(), 5, (byte) 1);
  }

  /**
   * Adds to single bytes of everything before page data, all checksums made right again. What is
   * sound must be readable as a whole.
   */
  private void lies(ImageBuilder builder, int step, byte add) throws IOException {
    byte[] image = builder.build().bytes();
    Path file = Images.write(directory, image);
    long dataStart = dataStart(file, image.length);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (int at = 0; at < dataStart; at += step) {
        byte[] lie = Corruptions.overwriteAndSeal(image, at, (byte) (image[at] + add));
        channel.write(ByteBuffer.wrap(lie), 0);
        Verdict verdict = ImageVerifier.verify(channel, Depth.FULL);
        if (verdict.sound()) {
          readable(channel, at);
        }
      }
    }
  }

  private static long dataStart(Path file, int length) throws IOException {
    try (ImageReader reader = ImageReader.open(file)) {
      return reader.sections().stream()
          .filter(section -> section.dataBytes() != 0)
          .mapToLong(s -> s.offset() + Format.SECTION_HEAD_BYTES + s.metaBytes())
          .findFirst()
          .orElse(length);
    }
  }

  /** Inherited pages are not at hand, which is no fault of the image. */
  private static void readable(FileChannel channel, int at) throws IOException {
    try {
      Images.readAll(ImageReader.open(channel));
    } catch (ImageException e) {
      assertEquals(Rule.CHN_01, e.finding().rule(), () -> "byte " + at + ": " + e.getMessage());
    }
  }
}
