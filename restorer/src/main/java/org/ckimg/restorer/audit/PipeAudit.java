package org.ckimg.restorer.audit;

import java.util.HashSet;
import java.util.Set;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.tree.Pipes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;

/** Pipes between the processes of the image, and FIFOs, with what is in them. */
final class PipeAudit {
  private static final int CAP_SYS_RESOURCE = 24;

  /** PIPE_BUF: no packet is longer, and each takes a page, pipe(7). */
  private static final int PACKET_BYTES = 4096;

  private final Checkpoint checkpoint;
  private final HostFacts host;
  private final Pipes pipes;
  private final Findings findings;
  private final Set<Integer> audited = new HashSet<>();

  PipeAudit(Relations relations, HostFacts host, Findings findings) {
    this.checkpoint = relations.checkpoint();
    this.pipes = relations.pipes();
    this.host = host;
    this.findings = findings;
  }

  void run(OpenFile description, String subject, String path) {
    PipeState pipe = pipes.of(description.file().orElse(0)).orElse(null);
    long bytes = pipe == null ? 0 : bytes(pipe);
    if (pipe != null && audited.add(pipe.file())) {
      auditContent(pipe, bytes, subject, path);
    }
    if (description.type() == FdType.FIFO) {
      auditFifo(description.file().orElse(0), bytes, subject, path);
    }
    String what =
        description.type() == FdType.FIFO ? "the FIFO " + path : "a pipe inside the program";
    findings.grants("file", "%s: %s, %d bytes in it".formatted(subject, what, bytes));
  }

  private long bytes(PipeState pipe) {
    return pipe.queue().isPresent() ? checkpoint.object(pipe.queue().getAsInt()).length() : 0;
  }

  private void auditContent(PipeState pipe, long bytes, String subject, String path) {
    if (pipe.capacity().isEmpty()) {
      return;
    }
    int capacity = pipe.capacity().getAsInt();
    boolean tooMany = pipe.packets().size() > capacity / PACKET_BYTES;
    if (bytes > capacity || tooMany || pipe.packets().stream().anyMatch(n -> n > PACKET_BYTES)) {
      findings.refuse(
          "AU-FD-15",
          Severity.HIGH,
          subject,
          "%s has %d bytes in it, %d packets, and room for %d"
              .formatted(path, bytes, pipe.packets().size(), capacity));
    }
    if (capacity > host.ipc().maxPipeBytes() && !host.caller().mayGrant(CAP_SYS_RESOURCE)) {
      findings.refuse(
          "AU-PIP-01",
          Severity.MEDIUM,
          subject,
          "%s takes %d bytes; without CAP_SYS_RESOURCE you may have %d (fs.pipe-max-size)"
              .formatted(path, capacity, host.ipc().maxPipeBytes()));
    }
  }

  /**
   * It is opened for both before the program's own descriptors are; so nothing waits or is lost.
   */
  private void auditFifo(int file, long bytes, String subject, String path) {
    Integer holder = host.ipc().fifoHolders().get(file);
    if (holder != null) {
      findings.refuse(
          "AU-PIP-02",
          Severity.HIGH,
          subject,
          "process %d has the FIFO %s open, and would take what is the program's"
              .formatted(holder, path));
    }
    boolean writes = bytes > 0 || pipes.written().contains(file);
    boolean permitted =
        host.opened(file).map(here -> here.readable() && here.writable()).orElse(true);
    if (writes && !permitted) {
      findings.refuse(
          "AU-PIP-03",
          Severity.MEDIUM,
          subject,
          "the program's own user may not open both ends of the FIFO %s".formatted(path));
    }
  }
}
