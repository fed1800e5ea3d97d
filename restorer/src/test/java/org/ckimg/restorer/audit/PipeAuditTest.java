package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.gather.IpcFacts;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.junit.jupiter.api.Test;

/** What this host has to say to pipes: AU-PIP-01, AU-PIP-02. */
class PipeAuditTest {
  private static final Path IMAGE = Path.of("../spec/vectors/valid/sockets.ckimg");
  private static final long CAP_SYS_RESOURCE = 1L << 24;

  private static Map<String, String> found(String rule, long capabilities, IpcFacts ipc)
      throws IOException {
    try (ImageReader reader = ImageReader.open(IMAGE)) {
      return TestHost.found(TestHost.audit(reader.checkpoint(), capabilities, ipc), rule);
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
    IpcFacts small = new IpcFacts(4096, Map.of(), List.of());
    assertEquals(
        "pipe:[81] takes 65536 bytes; without CAP_SYS_RESOURCE you may have 4096 (fs.pipe-max-size)",
        found("AU-PIP-01", ~CAP_SYS_RESOURCE, small).get("fd 18"));
    assertEquals(Map.of(), found("AU-PIP-01", CAP_SYS_RESOURCE, small));
    assertEquals(Map.of(), found("AU-PIP-01", 0, TestHost.IPC));
  }

  @Test
  void aFifoThatSomebodyHasIsNotShared() throws IOException {
    IpcFacts held = new IpcFacts(1 << 20, Map.of(fifo(), 4711), List.of());
    assertEquals(
        "process 4711 has the FIFO /tmp/fifo open, and would take what is the program's",
        found("AU-PIP-02", 0, held).get("fd 20"));
    assertEquals(Map.of(), found("AU-PIP-02", 0, TestHost.IPC));
  }
}
