package org.ckimg.restorer.audit;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadState;

/** Who a process is to be: users, capabilities, seccomp. */
final class IdentityAudit {
  private static final int NO_ID = -1;

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
    if (wanted.capabilities().isEmpty() || wanted.privileges().isEmpty()) {
      findings.refuse(
          "AU-CRD-01",
          Severity.HIGH,
          subject,
          "the image does not say which rights it had, and which it had given up");
      return;
    }
    Credentials.Ids ids = wanted.ids();
    auditNobody(subject, wanted);
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
    auditOwner(subject, wanted);
    if (!isCaller(ids) && !options.policy().identity().changeUser()) {
      findings.refuse(
          "AU-CRD-06",
          Severity.HIGH,
          subject,
          "runs as uid %d; the policy lets nobody become another user".formatted(ids.euid()));
    }
    auditCapabilities(subject, wanted);
    auditSeccomp(subject, wanted);
    auditGivenUp(subject, wanted);
    auditNewPrivileges(subject, wanted);
    if (thread == process.leader()
        || !thread.credentials().equals(process.leader().credentials())) {
      findings.grants("credential", subject + ": " + describe(wanted));
    }
  }

  /** To setresuid(2) it says that an id stays what it is: that of whoever restores. */
  private void auditNobody(String subject, Credentials wanted) {
    Credentials.Ids ids = wanted.ids();
    IntStream own = IntStream.concat(ids.users(), ids.groups());
    IntStream supplementary = wanted.groups().stream().mapToInt(Integer::intValue);
    boolean nobody = IntStream.concat(own, supplementary).anyMatch(id -> id == NO_ID);
    if (nobody) {
      findings.refuse(
          "AU-CRD-11",
          Severity.CRITICAL,
          subject,
          "has an id of %s, which nobody has: it would keep that of its caller"
              .formatted(Integer.toUnsignedString(NO_ID)));
    }
  }

  private static String describe(Credentials wanted) {
    Credentials.Ids ids = wanted.ids();
    Credentials.Capabilities sets = wanted.capabilities().orElseThrow();
    return "uid %s gid %s groups %s, capabilities 0x%x of 0x%x, inheritable 0x%x, ambient 0x%x%s"
        .formatted(
            each(ids.users()),
            each(ids.groups()),
            wanted.groups(),
            sets.effective(),
            sets.permitted(),
            sets.inheritable(),
            sets.ambient(),
            wanted.privileges().orElseThrow().noNewPrivs() ? ", no new privileges" : "");
  }

  /** One number where real, effective, saved and file system id are one. */
  private static String each(IntStream ids) {
    List<String> all = ids.mapToObj(Integer::toUnsignedString).toList();
    return all.stream().distinct().count() == 1 ? all.getFirst() : String.join("/", all);
  }

  /**
   * Whoever can write an image must not get more by it than they have: root restores for others.
   */
  private void auditOwner(String subject, Credentials wanted) {
    if (host.owner().isEmpty()) {
      return;
    }
    HostFacts.Owner owner = host.owner().get();
    Credentials.Ids ids = wanted.ids();
    if (!ids.users().allMatch(id -> id == owner.uid())) {
      refuseOwner(subject, owner, "uid " + each(ids.users()));
    }
    Set<Integer> groups = new TreeSet<>(wanted.groups());
    ids.groups().forEach(groups::add);
    groups.removeAll(owner.groups());
    if (!groups.isEmpty()) {
      refuseOwner(subject, owner, "groups %s, which are not theirs".formatted(groups));
    }
  }

  private void refuseOwner(String subject, HostFacts.Owner owner, String what) {
    findings.refuse(
        "AU-CRD-07",
        Severity.CRITICAL,
        subject,
        "would run as %s, but the image is a file of uid %d".formatted(what, owner.uid()),
        Map.of("owner", "" + owner.uid()));
  }

  private void auditCapabilities(String subject, Credentials wanted) {
    Credentials.Capabilities sets = wanted.capabilities().orElseThrow();
    long asked = sets.permitted() | sets.inheritable();
    boolean impossible =
        (sets.effective() & ~sets.permitted()) != 0
            || (sets.ambient() & ~(sets.permitted() & sets.inheritable())) != 0;
    if (impossible) {
      findings.refuse(
          "AU-CRD-04",
          Severity.CRITICAL,
          subject,
          "has capabilities in effect, or ambient ones, that it is not permitted");
    }
    long forbidden = asked & ~options.policy().identity().capabilities();
    if (forbidden != 0) {
      findings.refuse(
          "AU-CRD-08",
          Severity.HIGH,
          subject,
          "has capabilities 0x%x that the policy holds back".formatted(forbidden));
    }
    long beyond = asked & ~host.caller().grantable();
    if (beyond != 0) {
      findings.refuse(
          "AU-CRD-04",
          Severity.CRITICAL,
          subject,
          "has capabilities 0x%x that %s does not have"
              .formatted(beyond, host.owner().isPresent() ? "the image's owner" : "its caller"));
    }
  }

  private void auditSeccomp(String subject, Credentials wanted) {
    if (wanted.privileges().orElseThrow().seccompMode() != 0) {
      findings.refuse(
          "AU-CRD-05",
          Severity.CRITICAL,
          subject,
          "has a seccomp filter, which this version does not restore");
    }
  }

  /** Without the right to give up more, it has given up what its caller has. */
  private void auditGivenUp(String subject, Credentials wanted) {
    HostFacts.Caller caller = host.caller();
    long recorded = wanted.capabilities().orElseThrow().bounding();
    long bounding = caller.mayGiveUpRights() ? caller.bounding() & recorded : caller.bounding();
    if (bounding != recorded) {
      findings.adjust(
          "AU-CRD-09",
          subject,
          "its capability bounding set is 0x%x; it was 0x%x".formatted(bounding, recorded));
    }
    int bits = wanted.securebits().orElse(0);
    if (bits != caller.securebits() && !caller.mayGiveUpRights()) {
      findings.adjust(
          "AU-CRD-09",
          subject,
          "its securebits are 0x%x; they were 0x%x".formatted(caller.securebits(), bits));
    }
  }

  private void auditNewPrivileges(String subject, Credentials wanted) {
    boolean had = wanted.privileges().orElseThrow().noNewPrivs();
    if (options.policy().identity().noNewPrivileges() && !had) {
      findings.adjust(
          "AU-CRD-10",
          subject,
          "the policy takes new privileges from it (no_new_privs), which it could still get");
    }
  }

  private boolean isCaller(Credentials.Ids ids) {
    int uid = host.caller().uid();
    int gid = host.caller().gid();
    return ids.users().allMatch(id -> id == uid) && ids.groups().allMatch(id -> id == gid);
  }

  private static List<Integer> sorted(List<Integer> groups) {
    return groups.stream().sorted(Integer::compareUnsigned).toList();
  }
}
