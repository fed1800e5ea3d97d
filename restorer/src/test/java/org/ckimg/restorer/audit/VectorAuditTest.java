package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.ckimg.reader.ImageReader;
import org.ckimg.testkit.Kept;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All that the audit says of images that no kernel made, on a host that has nothing of theirs. The
 * texts are kept beside the test; after a change that is meant, {@code mvn -pl restorer -am test
 * -Dtest=VectorAuditTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dtest.jvm.args=-Dsnapshots.write=true} writes them.
 */
class VectorAuditTest {
  private static final Path IMAGES = Path.of("../spec/vectors/valid");
  private static final Path KEPT = Path.of("src/test/resources/org/ckimg/restorer/audit");

  private static String audit(Path image, long capabilities) throws IOException {
    try (ImageReader reader = ImageReader.open(image)) {
      return TestHost.audit(reader.checkpoint(), capabilities, TestHost.IPC).findings().stream()
          .map(finding ->
              "%s %s %s %s: %s\n"
                  .formatted(
                      finding.rule(),
                      finding.severity(),
                      finding.effect(),
                      finding.subject(),
                      finding.text()))
          .collect(Collectors.joining());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "process", "tree", "sockets", "partial", "redacted"})
  void everyFinding(String vector) throws IOException {
    Path image = IMAGES.resolve(vector + ".ckimg");
    String found = "with every capability\n" + audit(image, -1) + "\nwith none\n" + audit(image, 0);
    assertEquals(Kept.in(KEPT.resolve(vector + ".txt"), found), found);
  }
}
