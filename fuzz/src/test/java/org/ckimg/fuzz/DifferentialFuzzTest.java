package org.ckimg.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import org.ckimg.reader.ImageReader;
import org.ckimg.spec.ImageException;
import org.junit.jupiter.api.Tag;

/** Two that read the same: agreement, or both refuse. */
@Tag("fuzz")
class DifferentialFuzzTest {
  private static final Scratch FILE = new Scratch(".ckimg");
  private static final Scratch AGAIN = new Scratch(".ckimg");

  /** Reader and verifier against the plain reader of the testkit. */
  @FuzzTest
  void witness(FuzzedDataProvider data) throws IOException {
    byte[] image = Edits.image(data);
    Agreement.withWitness(image, FILE.with(image));
  }

  /** The same over any bytes. */
  @FuzzTest
  @DictionaryFile(resourcePath = "/ckimg.dict")
  void raw(byte[] image) throws IOException {
    Agreement.withWitness(image, FILE.with(image));
  }

  /** What was read is written, and read again. */
  @FuzzTest
  void rewrite(FuzzedDataProvider data) throws IOException {
    byte[] image = Edits.image(data);
    Path file = FILE.with(image);
    try (ImageReader reader = ImageReader.open(file)) {
      Rewriting.check(image, reader, AGAIN);
    } catch (ImageException e) {
      // Not an image, or its parent is not at hand.
    }
  }
}
