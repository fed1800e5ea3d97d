package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.ckimg.reader.ImageReader;
import org.junit.jupiter.api.Test;

/** Sockets of an image that no kernel made, on a host that has nothing of theirs. */
class SocketAuditTest {
  private static final Path IMAGE = Path.of("../spec/vectors/valid/sockets.ckimg");
  private static final long CAP_NET_BIND_SERVICE = 1 << 10;

  private static AuditReport audit(long capabilities) throws IOException {
    try (ImageReader reader = ImageReader.open(IMAGE)) {
      return TestHost.audit(reader.checkpoint(), capabilities, TestHost.IPC);
    }
  }

  @Test
  void aPortOfAServiceNeedsARight() throws IOException {
    assertEquals(
        Map.of("fd 9", "port 53 needs CAP_NET_BIND_SERVICE, which the program does not have"),
        TestHost.found(audit(0), "AU-SCK-09"));
    assertEquals(Map.of(), TestHost.found(audit(CAP_NET_BIND_SERVICE), "AU-SCK-09"));
  }

  @Test
  void namesThatCannotBeGiven() throws IOException {
    AuditReport report = audit(-1);
    assertEquals(Set.of("fd 6"), TestHost.found(report, "AU-SCK-03").keySet());
    assertEquals(Set.of("fd 7"), TestHost.found(report, "AU-SCK-02").keySet());
  }
}
