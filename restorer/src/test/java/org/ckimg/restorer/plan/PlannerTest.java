package org.ckimg.restorer.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.restorer.audit.Auditor;
import org.ckimg.restorer.audit.TestHost;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.testkit.Kept;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The plan of an image that no kernel made, on the host that it is said to come from. It is kept
 * beside the test; {@code VectorAuditTest} says how it is written.
 */
class PlannerTest {
  private static final Path IMAGE = Path.of("../spec/vectors/valid/restorable.ckimg");
  private static final Path KEPT = Path.of("src/test/resources/org/ckimg/restorer/plan");

  /** Root may choose pids and become another user; the owner needs namespaces for the pids. */
  @ParameterizedTest
  @CsvSource({"root, 0, -1", "owner, 1000, 0"})
  void everyStep(String name, int uid, long capabilities) throws IOException {
    try (ImageReader reader = ImageReader.open(IMAGE)) {
      Checkpoint checkpoint = reader.checkpoint();
      HostFacts host = TestHost.origin(checkpoint, uid, capabilities);
      AuditReport report = Auditor.audit(checkpoint, host, TestHost.OPTIONS);
      assertTrue(report.allowed(), () -> "" + report.findings());
      Plan plan = Planner.plan(checkpoint, host, TestHost.OPTIONS);
      PlanRules.check(checkpoint, plan);
      assertEquals(Kept.in(KEPT.resolve(name + ".txt"), plan + "\n"), plan + "\n");
    }
  }
}
