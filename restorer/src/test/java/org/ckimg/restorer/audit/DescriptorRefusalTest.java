package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.ckimg.reader.ImageReader;
import org.junit.jupiter.api.Test;

/** An image may hold more than can be given back; that is refused by name. */
class DescriptorRefusalTest {
  private static final Path IMAGE = Path.of("../spec/vectors/valid/sockets.ckimg");
  private static final Set<Integer> SUPPORTED = Set.of(17, 18, 19, 20, 21);
  private static final Set<Integer> REFERENCES = Set.of(13, 14, 15, 16);

  @Test
  void everyKindIsRefusedByName() throws IOException {
    try (ImageReader reader = ImageReader.open(IMAGE)) {
      AuditReport report = TestHost.audit(reader.checkpoint(), -1, TestHost.IPC);
      assertFalse(report.allowed());
      Map<String, String> refused = TestHost.found(report, "AU-FD-02");
      // Descriptor n + 2 is description n: sockets of other families to 12, inotify, pidfd, master,
      // pipe, fifo, memfd.
      for (int fd = 10; fd <= 21; fd++) {
        assertEquals(
            !SUPPORTED.contains(fd) && !REFERENCES.contains(fd),
            refused.containsKey("fd " + fd),
            "fd " + fd + ": " + refused);
      }
      assertEquals(
          Map.of("fd 15", "refers to a process that is not in the image"),
          TestHost.found(report, "AU-FD-07"));
      assertEquals(Set.of("fd 13"), TestHost.found(report, "AU-FD-16").keySet());
    }
  }
}
