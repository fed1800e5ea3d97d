package org.ckimg.restorer.audit;

import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.gather.SocketFacts;
import org.ckimg.restorer.gather.SocketPlace;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.UnixName;

/**
 * Names of Unix sockets: an abstract one is free, a path leads where it led and replaces nothing.
 */
final class SocketNameAudit {
  private final Checkpoint checkpoint;
  private final SocketGraph graph;
  private final HostFacts host;
  private final Policy policy;
  private final Findings findings;

  SocketNameAudit(
      Checkpoint checkpoint, SocketGraph graph, HostFacts host, Policy policy, Findings findings) {
    this.checkpoint = checkpoint;
    this.graph = graph;
    this.host = host;
    this.policy = policy;
    this.findings = findings;
  }

  void run(String subject, int id, FdState.Socket socket) {
    Optional<UnixName> name = SocketGraph.name(socket);
    if (name.isPresent() && graph.isNameLost(id)) {
      findings.adjust(
          "AU-SCK-04",
          subject,
          "comes back without its name %s: who listened there is not in the image"
              .formatted(name.get()));
    } else if (name.isPresent() && graph.ownsName(id)) {
      auditOwn(subject, id, socket, name.get());
    }
    long nameless =
        socket.messages().stream()
            .filter(m -> m.sender().isPresent() && isGone(m.sender().get()))
            .count();
    if (nameless > 0) {
      findings.adjust(
          "AU-SCK-04",
          subject,
          "%d messages come back without the name of their sender, which is not in the image"
              .formatted(nameless));
    }
  }

  private boolean isGone(Bytes sender) {
    return graph.datagramSocket(sender).isEmpty();
  }

  private void auditOwn(String subject, int id, FdState.Socket socket, UnixName name) {
    if (!name.isAbstract()) {
      Optional<String> objection = objection(subject, socket, host.sockets().places().get(id));
      objection.ifPresent(text -> refuse(subject, text));
      return;
    }
    SocketFacts.AbstractName wanted = new SocketFacts.AbstractName(socket.kind(), name.bytes());
    if (host.sockets().abstractNames().contains(wanted)) {
      refuse(subject, "somebody else has the name %s".formatted(name));
    }
  }

  private void refuse(String subject, String text) {
    findings.refuse("AU-SCK-03", Severity.HIGH, subject, text);
  }

  /** Why a socket must not be bound there; empty when it may. */
  private Optional<String> objection(String subject, FdState.Socket socket, SocketPlace place) {
    if (place == null || place.folder().isEmpty()) {
      return Optional.of("the folder of its name is not there, or closed to the program's user");
    }
    Bytes path = place.resolved().orElseThrow();
    Optional<FileFacts> file = file(socket.node());
    if (file.isPresent() && !file.get().path().equals(path)) {
      return Optional.of("%s leads to %s now".formatted(file.get().path(), path));
    }
    if (!Roots.contain(policy.files().write(), path)) {
      return Optional.of("the policy does not let %s be written".formatted(path));
    }
    if (!place.folder().get().writable()) {
      return Optional.of("the program's own user may not make %s".formatted(path));
    }
    return switch (place.standing()) {
      case NOTHING -> Optional.empty();
      case LIVE_SOCKET -> Optional.of("somebody else has bound %s".formatted(path));
      case SOMETHING_ELSE -> Optional.of("%s is no socket now".formatted(path));
      case DEAD_SOCKET -> replace(subject, path, file, place);
    };
  }

  private Optional<String> replace(
      String subject, Bytes path, Optional<FileFacts> file, SocketPlace place) {
    boolean same =
        file.flatMap(socket -> socket.status().owner())
            .filter(owner -> owner.uid() == place.found().orElseThrow().uid())
            .isPresent();
    if (!same) {
      return Optional.of("%s is a socket of somebody else".formatted(path));
    }
    findings.adjust(
        "AU-SCK-13", subject, "takes the place of %s, which nobody has bound".formatted(path));
    return Optional.empty();
  }

  private Optional<FileFacts> file(OptionalInt node) {
    return node.isPresent() ? Optional.of(checkpoint.file(node.getAsInt())) : Optional.empty();
  }
}
