package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/** Two that read the same: agreement, or both refuse. */
@Tag("fuzz")
class DifferentialFuzzTest {
  private static final String VECTORS = "org.ckimg.fuzz.Golden#vectors";
  private static final Scratch FILE = new Scratch(".ckimg");
  private static final Scratch AGAIN = new Scratch(".ckimg");

  /** Reader and verifier against the plain reader of the testkit. */
  @FuzzTest
  void witness(FuzzedDataProvider data) throws IOException {
    byte[] image = Edits.image(data);
    Agreement.withWitness(image, FILE.with(image));
  }

  /** The same over any bytes. */
  @MethodSource(VECTORS)
  @FuzzTest
  @DictionaryFile(resourcePath = "/ckimg.dict")
  void raw(byte[] image) throws IOException {
    Agreement.withWitness(image, FILE.with(image));
  }

  /** What was read of a sound image is written, and read again. */
  @FuzzTest
  void rewrite(FuzzedDataProvider data) throws IOException {
    byte[] image = Edits.image(data);
    Path file = FILE.with(image);
    if (!ImageVerifier.verify(file, Depth.FULL).sound()) {
      return;
    }
    try (ImageReader reader = ImageReader.open(file)) {
      Rewriting.check(image, reader, AGAIN);
    } catch (ImageException e) {
      assertEquals(Rule.CHN_01, e.finding().rule());
    }
  }
}
