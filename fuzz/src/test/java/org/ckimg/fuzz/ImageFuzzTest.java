package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kaitai.struct.KaitaiStream.KaitaiStructError;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.util.List;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.reader.verify.Verdict;
import org.ckimg.spec.FullParse;
import org.ckimg.spec.ImageException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** The image itself: parser, reader and verifier. */
@Tag("fuzz")
@Timeout(60)
class ImageFuzzTest {
  private static final String VECTORS = "org.ckimg.fuzz.Golden#vectors";
  private static final Scratch FILE = new Scratch(".ckimg");

  /** The generated parser over any bytes: it reads everything, or refuses. */
  @MethodSource(VECTORS)
  @FuzzTest
  @DictionaryFile(resourcePath = "/ckimg.dict")
  void parser(byte[] bytes) {
    try {
      new FullParse(bytes).sections();
    } catch (KaitaiStructError | BufferUnderflowException | IllegalArgumentException e) {
      // How a generated parser refuses: values, ends, and places outside of the file.
    }
  }

  /** Any bytes: what is sound is read whole, and salvaged whole. */
  @MethodSource(VECTORS)
  @FuzzTest
  @DictionaryFile(resourcePath = "/ckimg.dict")
  void reader(byte[] bytes) throws IOException {
    Path file = FILE.with(bytes);
    Verdict verdict = ImageVerifier.verify(file, Depth.FULL);
    assertEquals(verdict.sound(), verdict.findings().isEmpty());
    for (Judgement.Opener opener :
        List.<Judgement.Opener>of(ImageReader::open, ImageReader::salvage)) {
      assertTrue(Judgement.isRead(file, opener) || !verdict.sound(), "sound, and not read");
    }
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
        Generated.agrees(image, reader);
      }
    } catch (ImageException e) {
      assertFalse(verdict.sound(), e.getMessage());
    }
  }
}
