package org.ckimg.restorer.audit;

import java.util.HashMap;
import java.util.Map;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;

/** Pipes between the processes of the image, with what is in them. */
final class PipeAudit {
  private final Checkpoint checkpoint;
  private final Map<Integer, PipeState> pipes = new HashMap<>();
  private final Findings findings;

  PipeAudit(Checkpoint checkpoint, Findings findings) {
    this.checkpoint = checkpoint;
    this.findings = findings;
    checkpoint.pipes().forEach(pipe -> pipes.put(pipe.file(), pipe));
  }

  void run(OpenFile description, String subject, String path) {
    if ((description.flags() & FileCalls.O_ACCMODE) == FileCalls.O_RDWR) {
      findings.refuse(
          "AU-FD-02",
          Severity.HIGH,
          subject,
          path
              + " is open for reading and writing at once, which is not supported by this version");
      return;
    }
    PipeState pipe = pipes.get(description.file().orElse(0));
    long bytes = pipe == null ? 0 : bytes(pipe);
    if (pipe != null && pipe.capacity().isPresent() && bytes > pipe.capacity().getAsInt()) {
      findings.refuse(
          "AU-FD-15",
          Severity.HIGH,
          subject,
          "%s has %d bytes in it and room for %d"
              .formatted(path, bytes, pipe.capacity().getAsInt()));
      return;
    }
    findings.grants(
        "file", "%s: a pipe inside the program, %d bytes in it".formatted(subject, bytes));
  }

  private long bytes(PipeState pipe) {
    return pipe.queue().isPresent() ? checkpoint.object(pipe.queue().getAsInt()).length() : 0;
  }
}
