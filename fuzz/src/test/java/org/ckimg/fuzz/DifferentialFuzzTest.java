package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.verify.ChainVerifier;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.spec.Finding;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.RuleId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Two that read the same: agreement, or both refuse. */
@Tag("fuzz")
@Timeout(60)
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

  /** What was read of a sound image, or of a chain, is written, and read again. */
  @FuzzTest
  void rewrite(FuzzedDataProvider data) throws IOException {
    byte[] image = Edits.image(data);
    Path file = FILE.with(image);
    if (!ImageVerifier.verify(file, Depth.FULL).sound()) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file);
        ImageReader reader = ImageReader.open(channel, Parents.OF_SAMPLES)) {
      Rewriting.check(image, reader, AGAIN, Parents.OF_SAMPLES);
    } catch (ImageException e) {
      liesOfItsParent(e.finding().rule(), image, file);
    }
  }

  /** What is sound alone is refused only for what it says of its parent. */
  private static void liesOfItsParent(RuleId rule, byte[] image, Path file) throws IOException {
    assertTrue(rule != Rule.CHN_01 || !Parents.fit(image), "its parent is at hand");
    try (FileChannel channel = FileChannel.open(file)) {
      List<Finding> findings =
          ChainVerifier.verify(channel, Depth.FULL, Parents.OF_SAMPLES, _ -> {}).image().findings();
      assertTrue(
          findings.stream().anyMatch(finding -> finding.rule() == rule),
          () -> rule + ": " + findings);
    }
  }
}
