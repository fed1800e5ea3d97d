package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ckimg.reader.ImageReader;
import org.junit.jupiter.api.Test;

/** What a process has because another one has it is told with it, too. */
class SharingAuditTest {
  private static final Path IMAGE = Path.of("../spec/vectors/valid/sharing.ckimg");

  @Test
  void whoSharesATableIsGivenAllOfIt() throws IOException {
    try (ImageReader reader = ImageReader.open(IMAGE)) {
      AuditReport report = TestHost.audit(reader.checkpoint(), -1, TestHost.IPC);
      assertEquals(
          List.of(8, 9),
          report.authority().stream()
              .filter(authority -> authority.what().equals("all that process 7 has open"))
              .map(Authority::pid)
              .toList());
    }
  }
}
