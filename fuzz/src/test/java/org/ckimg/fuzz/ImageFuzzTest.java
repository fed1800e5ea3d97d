package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kaitai.struct.ByteBufferKaitaiStream;
import java.io.IOException;
import java.nio.file.Path;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.reader.verify.Verdict;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;
import org.junit.jupiter.api.Tag;

/** The image itself: parser, reader and verifier. */
@Tag("fuzz")
class ImageFuzzTest {
  private static final Scratch FILE = new Scratch(".ckimg");

  /** The generated parser over any bytes: it ends, whatever they are. */
  @FuzzTest
  @DictionaryFile(resourcePath = "/ckimg.dict")
  void parser(byte[] bytes) {
    try {
      CkimgImage image = new CkimgImage(new ByteBufferKaitaiStream(bytes));
      sections(image, bytes.length);
    } catch (RuntimeException e) {
      // How a generated parser refuses: bounds, sizes and magic values.
      assertFalse(e instanceof NullPointerException, e.toString());
    }
  }

  private static int sections(CkimgImage image, long length) {
    int sections = 0;
    long at = Format.HEADER_BYTES;
    while (at < length - Format.FOOTER_BYTES) {
      image._io().seek(at);
      CkimgImage.Section section = new CkimgImage.Section(image._io(), image, image, at);
      if (section.span() <= 0) {
        throw new IllegalArgumentException("a section of no bytes");
      }
      at += section.span();
      sections++;
    }
    return sections;
  }

  /** Any bytes: what the reader reads whole, and what it salvages. */
  @FuzzTest
  @DictionaryFile(resourcePath = "/ckimg.dict")
  void reader(byte[] bytes) throws IOException {
    Path file = FILE.with(bytes);
    try (ImageReader reader = ImageReader.open(file)) {
      Touch.all(reader.checkpoint());
    } catch (ImageException e) {
      assertFalse(e.finding().rule().id().isEmpty());
    }
    ImageVerifier.verify(file, Depth.FULL);
  }

  /** A lie under checksums that fit: what is sound is read by both readers alike. */
  @FuzzTest
  void sealed(FuzzedDataProvider data) throws IOException {
    byte[] image = Edits.image(data);
    Path file = FILE.with(image);
    Verdict verdict = ImageVerifier.verify(file, Depth.FULL);
    try (ImageReader reader = ImageReader.open(file)) {
      Touch.all(reader.checkpoint());
      if (verdict.sound()) {
        CkimgImage parsed = new CkimgImage(new ByteBufferKaitaiStream(image));
        assertEquals(reader.sections().size() + 1, sections(parsed, image.length));
      }
    } catch (ImageException e) {
      boolean parentMissing = e.finding().rule() == Rule.CHN_01;
      assertFalse(verdict.sound() && !parentMissing, e.getMessage());
    }
  }
}
