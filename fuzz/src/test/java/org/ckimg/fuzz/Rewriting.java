package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.ParentSource;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.testkit.Numbers;
import org.ckimg.testkit.Table;
import org.ckimg.testkit.witness.Refusal;
import org.ckimg.testkit.witness.Witness;
import org.ckimg.writer.ImageWriter;
import org.ckimg.writer.WriterSettings;

/**
 * What was read is written: it is sound, the same model, and the same bytes when it is written
 * again. Of an image in canonical form (section 11 of FORMAT.md) they are its own bytes.
 */
final class Rewriting {
  private Rewriting() {}

  /**
   * Fails unless it is so.
   *
   * @return true when the image was in canonical form
   */
  static boolean check(byte[] image, ImageReader reader, Scratch again) throws IOException {
    return check(image, reader, again, ParentSource.NONE);
  }

  /** The same, with the parents that {@code reader} was given. */
  static boolean check(byte[] image, ImageReader reader, Scratch again, ParentSource parents)
      throws IOException {
    Checkpoint checkpoint = reader.checkpoint();
    byte[] first = written(checkpoint);
    Path file = again.with(first);
    assertEquals(List.of(), ImageVerifier.verify(file, Depth.FULL).findings());
    try (ImageReader second = ImageReader.open(java.nio.channels.FileChannel.open(file), parents)) {
      same(checkpoint, second.checkpoint());
      assertArrayEquals(first, written(second.checkpoint()));
    }
    boolean canonical = isCanonical(image);
    if (canonical) {
      assertArrayEquals(image, first);
    }
    return canonical;
  }

  private static void same(Checkpoint expected, Checkpoint actual) throws IOException {
    assertEquals(ModelRows.of(expected), ModelRows.of(actual));
    assertEquals(expected.extras(), actual.extras());
    assertEquals(expected.parent(), actual.parent());
    assertEquals(expected.host(), actual.host());
    for (MemoryObject object : expected.objects()) {
      assertEquals(
          expected.memory().pages(object.id()), actual.memory().pages(object.id()), "pages");
    }
    byte[] again = new byte[actual.host().pageSize()];
    Touch.pages(
        expected,
        (object, page, content) -> {
          actual.memory().read(object, page, 1, MemorySegment.ofArray(again));
          assertArrayEquals(content, again, () -> "page " + page + " of object " + object);
        });
  }

  private static byte[] written(Checkpoint checkpoint) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter.write(checkpoint, Channels.newChannel(bytes), WriterSettings.defaults());
    return bytes.toByteArray();
  }

  /**
   * True for what this writer would choose itself: version 1.0, raw frames, no signature, and
   * credentials in the order of the threads.
   */
  private static boolean isCanonical(byte[] image) {
    try {
      Witness witness = Witness.read(image);
      boolean signed = Numbers.get(image, image.length - 192, 2) != 0;
      Set<Long> used = new LinkedHashSet<>();
      witness.rows(Table.THREADS).forEach(row -> used.add((Long) row.get("credentials")));
      used.remove(0L);
      List<Long> ids =
          witness.rows(Table.CREDENTIALS).stream().map(row -> (Long) row.get("id")).toList();
      return witness.header(10, 2) == 0
          && witness.header(22, 2) == 1
          && witness.header(32, 8) == 0
          && !signed
          && ids.equals(List.copyOf(used));
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
  }
}
