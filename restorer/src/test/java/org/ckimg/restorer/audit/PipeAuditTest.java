package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.gather.PipeFacts;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.junit.jupiter.api.Test;

/** What this host has to say to pipes: AU-PIP-01, AU-PIP-02. */
class PipeAuditTest {
  private static final Path IMAGE = Path.of("../spec/vectors/valid/sockets.ckimg");
  private static final long CAP_SYS_RESOURCE = 1L << 24;

  private static Map<String, String> found(String rule, long capabilities, PipeFacts pipes)
      throws IOException {
    try (ImageReader reader = ImageReader.open(IMAGE)) {
      return TestHost.found(TestHost.audit(reader.checkpoint(), capabilities, pipes), rule);
    }
  }

  private static int fifo() throws IOException {
    try (ImageReader reader = ImageReader.open(IMAGE)) {
      Checkpoint checkpoint = reader.checkpoint();
      return checkpoint.descriptions().stream()
          .filter(open -> open.type() == FdType.FIFO)
          .map(OpenFile::file)
          .findFirst()
          .orElseThrow()
          .orElseThrow();
    }
  }

  @Test
  void onlyAnAdministratorMayHaveMoreThanTheLimit() throws IOException {
    PipeFacts small = new PipeFacts(4096, Map.of());
    assertEquals(
        "pipe:[81] takes 65536 bytes; without CAP_SYS_RESOURCE you may have 4096 (fs.pipe-max-size)",
        found("AU-PIP-01", ~CAP_SYS_RESOURCE, small).get("fd 18"));
    assertEquals(Map.of(), found("AU-PIP-01", CAP_SYS_RESOURCE, small));
    assertEquals(Map.of(), found("AU-PIP-01", 0, TestHost.PIPES));
  }

  @Test
  void aFifoThatSomebodyHasIsNotShared() throws IOException {
    PipeFacts held = new PipeFacts(1 << 20, Map.of(fifo(), 4711));
    assertEquals(
        "process 4711 has the FIFO /tmp/fifo open, and would take what is the program's",
        found("AU-PIP-02", 0, held).get("fd 20"));
    assertEquals(Map.of(), found("AU-PIP-02", 0, TestHost.PIPES));
  }
}
