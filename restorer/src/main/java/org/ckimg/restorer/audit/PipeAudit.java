package org.ckimg.restorer.audit;

import java.util.HashMap;
import java.util.Map;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;

/** Pipes that a program has with itself: they come back empty, with the capacity of a new one. */
final class PipeAudit {
  /** Of a new pipe, pipe(7). */
  private static final int USUAL_BYTES = 65536;

  private final Map<Integer, PipeState> pipes = new HashMap<>();
  private final Findings findings;

  PipeAudit(Checkpoint checkpoint, Findings findings) {
    this.findings = findings;
    checkpoint.pipes().forEach(pipe -> pipes.put(pipe.file(), pipe));
  }

  void run(OpenFile description, String subject, String path) {
    PipeState pipe = pipes.get(description.file().orElse(0));
    if (pipe != null && pipe.queue().isPresent()) {
      findings.refuse(
          "AU-FD-02",
          Severity.HIGH,
          subject,
          path + " has bytes in it, which this version does not give back");
      return;
    }
    if (pipe != null && pipe.capacity().orElse(USUAL_BYTES) != USUAL_BYTES) {
      findings.adjust(
          "AU-FD-15",
          subject,
          "%s had room for %d bytes, and gets what a new pipe has"
              .formatted(path, pipe.capacity().getAsInt()));
    }
    findings.grants("file", "%s: a pipe with itself".formatted(subject));
  }
}
