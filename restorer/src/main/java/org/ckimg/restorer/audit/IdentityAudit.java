package org.ckimg.restorer.audit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadState;

/** Who a process is to be: users, capabilities, seccomp. */
final class IdentityAudit {
  private final ProcessState process;
  private final HostFacts host;
  private final RestoreOptions options;
  private final Findings findings;

  IdentityAudit(ProcessState process, HostFacts host, RestoreOptions options, Findings findings) {
    this.process = process;
    this.host = host;
    this.options = options;
    this.findings = findings;
  }

  void run() {
    for (ThreadState thread : process.threads()) {
      auditCredentials(thread);
    }
  }

  private void auditCredentials(ThreadState thread) {
    String subject = "thread " + thread.tid();
    if (thread.credentials().isEmpty()) {
      findings.refuse("AU-CRD-01", Severity.HIGH, subject, "the image does not say whose it is");
      return;
    }
    Credentials wanted = thread.credentials().get();
    Credentials.Ids ids = wanted.ids();
    if (!isCaller(ids) && !host.caller().mayChangeUser()) {
      findings.refuse(
          "AU-CRD-02",
          Severity.CRITICAL,
          subject,
          "runs as uid %d, gid %d; you are uid %d, gid %d and may not change"
              .formatted(ids.euid(), ids.egid(), host.caller().uid(), host.caller().gid()),
          Map.of("uid", "" + ids.euid(), "caller", "" + host.caller().uid()));
    }
    if (!sorted(wanted.groups()).equals(host.caller().groups()) && !host.caller().mayChangeUser()) {
      findings.refuse(
          "AU-CRD-03",
          Severity.HIGH,
          subject,
          "has supplementary groups %s; yours are %s and you may not change them"
              .formatted(wanted.groups(), host.caller().groups()));
    }
    auditOwner(subject, ids);
    if (!isCaller(ids) && !options.policy().identity().changeUser()) {
      findings.refuse(
          "AU-CRD-06",
          Severity.HIGH,
          subject,
          "runs as uid %d; the policy lets nobody become another user".formatted(ids.euid()));
    }
    auditCapabilities(subject, wanted);
    auditSeccomp(subject, wanted);
    if (thread == process.leader()) {
      findings.grants(
          "credential",
          "uid %d gid %d groups %s, capabilities 0x%x"
              .formatted(
                  ids.euid(),
                  ids.egid(),
                  wanted.groups(),
                  wanted.capabilities().map(Credentials.Capabilities::permitted).orElse(0L)));
    }
  }

  /**
   * Whoever can write an image must not get more by it than they have: root restores for others.
   */
  private void auditOwner(String subject, Credentials.Ids ids) {
    int owner = options.source().owner().orElse(host.caller().uid());
    boolean foreign = owner != host.caller().uid() && owner != 0;
    boolean others =
        foreign
            && !(ids.uid() == owner
                && ids.euid() == owner
                && ids.suid() == owner
                && ids.fsuid() == owner);
    if (others) {
      findings.refuse(
          "AU-CRD-07",
          Severity.CRITICAL,
          subject,
          "would run as uid %d, but the image is a file of uid %d".formatted(ids.euid(), owner),
          Map.of("uid", "" + ids.euid(), "owner", "" + owner));
    }
  }

  private void auditCapabilities(String subject, Credentials wanted) {
    long asked = wanted.capabilities().map(c -> c.permitted() | c.ambient()).orElse(0L);
    long forbidden = asked & ~options.policy().identity().capabilities();
    if (forbidden != 0) {
      findings.refuse(
          "AU-CRD-08",
          Severity.HIGH,
          subject,
          "has capabilities 0x%x that the policy holds back".formatted(forbidden));
    }
    long beyond = asked & ~host.caller().capabilities();
    if (beyond != 0) {
      findings.refuse(
          "AU-CRD-04",
          Severity.CRITICAL,
          subject,
          "has capabilities 0x%x that you do not have".formatted(beyond));
    }
  }

  private void auditSeccomp(String subject, Credentials wanted) {
    Optional<Credentials.Privileges> privileges = wanted.privileges();
    if (privileges.isPresent() && privileges.get().seccompMode() != 0) {
      findings.refuse(
          "AU-CRD-05",
          Severity.CRITICAL,
          subject,
          "has a seccomp filter, which this version does not restore");
    }
  }

  private boolean isCaller(Credentials.Ids ids) {
    int uid = host.caller().uid();
    int gid = host.caller().gid();
    return ids.uid() == uid
        && ids.euid() == uid
        && ids.suid() == uid
        && ids.fsuid() == uid
        && ids.gid() == gid
        && ids.egid() == gid
        && ids.sgid() == gid
        && ids.fsgid() == gid;
  }

  private static List<Integer> sorted(List<Integer> groups) {
    return groups.stream().sorted(Integer::compareUnsigned).toList();
  }
}
