package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.restorer.audit.Auditor;
import org.ckimg.restorer.audit.TestHost;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.plan.Planner;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.Checkpoint;
import org.junit.jupiter.api.Tag;

/** The audit, and where it allows something the plan, over every model that a reader gives. */
@Tag("fuzz")
class AuditFuzzTest {
  private static final Scratch FILE = new Scratch(".ckimg");
  private static final long ALL_CAPABILITIES = -1;

  @FuzzTest
  void audit(FuzzedDataProvider data) throws IOException {
    Path file = FILE.with(Edits.image(data));
    try (ImageReader reader = ImageReader.open(file)) {
      Checkpoint checkpoint = reader.checkpoint();
      HostFacts host = TestHost.of(checkpoint, data.consumeBoolean() ? ALL_CAPABILITIES : 0);
      AuditReport report = Auditor.audit(checkpoint, host, TestHost.OPTIONS);
      report.findings().hashCode();
      if (report.allowed()) {
        assertFalse(Planner.plan(checkpoint, host, TestHost.OPTIONS).tasks().isEmpty());
      }
    } catch (ImageException e) {
      // Not an image; the audit is not asked.
    }
  }
}
