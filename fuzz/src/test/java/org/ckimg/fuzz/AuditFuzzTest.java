package org.ckimg.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.restorer.audit.Auditor;
import org.ckimg.restorer.audit.TestHost;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.plan.PlanRules;
import org.ckimg.restorer.plan.Planner;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.Checkpoint;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** The audit, and the plan of what it allows, over every model that a reader gives. */
@Tag("fuzz")
@Timeout(60)
class AuditFuzzTest {
  private static final Scratch FILE = new Scratch(".ckimg");
  private static final long ALL_CAPABILITIES = -1;
  private static final int OWNER = 1000;

  /** On a host that has none of the files of the image. */
  @FuzzTest
  void audit(FuzzedDataProvider data) throws IOException {
    check(
        Edits.image(data),
        checkpoint -> TestHost.of(checkpoint, data.consumeBoolean() ? ALL_CAPABILITIES : 0));
  }

  /** On the host that the image says that it comes from: whatever it makes up is there. */
  @FuzzTest
  void plan(FuzzedDataProvider data) throws IOException {
    check(
        Edits.restorable(data),
        checkpoint ->
            data.consumeBoolean()
                ? TestHost.origin(checkpoint, 0, ALL_CAPABILITIES)
                : TestHost.origin(checkpoint, OWNER, 0));
  }

  private static void check(byte[] image, Function<Checkpoint, HostFacts> hosts)
      throws IOException {
    Path file = FILE.with(image);
    try (ImageReader reader = ImageReader.open(file)) {
      Checkpoint checkpoint = reader.checkpoint();
      HostFacts host = hosts.apply(checkpoint);
      AuditReport report = Auditor.audit(checkpoint, host, TestHost.OPTIONS);
      report.findings().hashCode();
      if (report.allowed()) {
        PlanRules.check(checkpoint, Planner.plan(checkpoint, host, TestHost.OPTIONS));
      }
    } catch (ImageException e) {
      // Not an image; the audit is not asked.
    }
  }
}
