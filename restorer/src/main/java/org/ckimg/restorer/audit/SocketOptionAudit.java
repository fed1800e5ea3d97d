package org.ckimg.restorer.audit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.linux.net.SocketOption;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.ProcessState;

/** Options of sockets, and who is said to be at their other ends. */
final class SocketOptionAudit {
  private static final int CAP_NET_ADMIN = 12;
  private static final int SCM_RIGHTS = 1;
  private static final int SCM_CREDENTIALS = 2;
  private static final int CMSG_HEADER = 16;
  private static final int CREDENTIALS = 12;

  private final SocketGraph graph;
  private final ProcessState process;
  private final Findings findings;

  SocketOptionAudit(SocketGraph graph, ProcessState process, Findings findings) {
    this.graph = graph;
    this.process = process;
    this.findings = findings;
  }

  void run(String subject, int id, FdState.Socket socket, SocketKind kind) {
    for (FdState.Option option : socket.options()) {
      if (option.isPeerCredentials()) {
        auditCredentials(subject, id, option.value(), "its other end is");
      } else if (!option.equals(FdState.Option.RESET)) {
        audit(subject, option, socket, kind);
      }
    }
    for (FdState.Message message : socket.messages()) {
      message.control().ifPresent(control -> auditControl(subject, id, control));
    }
  }

  private void audit(
      String subject, FdState.Option wanted, FdState.Socket socket, SocketKind kind) {
    Optional<SocketOption> option =
        SocketOption.of(wanted.level(), wanted.name()).filter(o -> o.isOf(kind, socket.family()));
    boolean sized =
        option
            .filter(o ->
                o.isText()
                    ? wanted.value().length() <= o.bytes()
                    : wanted.value().length() == o.bytes())
            .isPresent();
    if (!sized) {
      refuse(
          subject,
          "option %d of level %d is not one that is set, or has another length"
              .formatted(wanted.name(), wanted.level()));
      return;
    }
    boolean privileged =
        !option.get().isText() && option.get().needsNetAdmin(word(wanted.value(), 0));
    if (privileged && !mayAdminister()) {
      refuse(subject, "option %s needs CAP_NET_ADMIN".formatted(option.get()));
    }
  }

  private void refuse(String subject, String text) {
    findings.refuse("AU-SCK-05", Severity.HIGH, subject, text);
  }

  private boolean mayAdminister() {
    return process
        .leader()
        .credentials()
        .flatMap(Credentials::capabilities)
        .filter(sets -> (sets.effective() >>> CAP_NET_ADMIN & 1) != 0)
        .isPresent();
  }

  private static int word(Bytes value, int at) {
    return ByteBuffer.wrap(value.toArray()).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  /** Ancillary data: descriptors are never made of it, and credentials are the kernel's own. */
  private void auditControl(String subject, int id, Bytes control) {
    int at = 0;
    while (at + CMSG_HEADER <= control.length()) {
      int length = word(control, at);
      int type = word(control, at + 12);
      if (length < CMSG_HEADER || length > control.length() - at || type == SCM_RIGHTS) {
        findings.refuse(
            "AU-SCK-07", Severity.HIGH, subject, "something in its queue came with descriptors");
        return;
      }
      if (type == SCM_CREDENTIALS && length >= CMSG_HEADER + CREDENTIALS) {
        Bytes sender = control.slice(at + CMSG_HEADER, at + CMSG_HEADER + CREDENTIALS);
        auditCredentials(subject, id, sender, "something in its queue was sent by");
      }
      at += length + 7 & ~7;
    }
  }

  /** The kernel will say that it is whoever makes the socket. */
  private void auditCredentials(String subject, int id, Bytes recorded, String what) {
    ProcessState maker = graph.maker(id).orElse(process);
    boolean own =
        recorded.length() == CREDENTIALS
            && word(recorded, 0) == maker.pid()
            && maker
                .leader()
                .credentials()
                .filter(
                    c -> word(recorded, 4) == c.ids().euid() && word(recorded, 8) == c.ids().egid())
                .isPresent();
    if (!own && recorded.length() == CREDENTIALS) {
      findings.adjust(
          "AU-SCK-06",
          subject,
          "%s process %d, uid %d; now the kernel says process %d of the program"
              .formatted(what, word(recorded, 0), word(recorded, 4), maker.pid()));
    }
  }
}
