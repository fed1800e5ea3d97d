package org.ckimg.restorer.audit;

import org.ckimg.restorer.ImageSource;
import org.ckimg.restorer.MappedImage;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.space.AddressSpace;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Origin;
import org.ckimg.spec.model.ProcessState;

/**
 * Can this host restore the image, and is what it would bring back what it claims to be? A pure
 * function: it sees the image, what was gathered, and what is asked for, and touches nothing.
 */
public final class Auditor {
  private static final int READ_OR_WRITTEN_BY_OTHERS = 066;

  private Auditor() {}

  /** Is the image signed as it must be? A function of the options alone. */
  public static AuditReport auditTrust(RestoreOptions options) {
    return TrustAudit.audit(options.trusted(), options.source().signer());
  }

  /** Goes through every topic; never stops at the first finding. */
  public static AuditReport audit(Checkpoint checkpoint, HostFacts host, RestoreOptions options) {
    int pid = checkpoint.processes().isEmpty() ? 0 : checkpoint.processes().getFirst().pid();
    Findings findings = new Findings(pid);
    auditWhole(checkpoint, findings);
    auditFile(options.source(), findings);
    auditPolicy(options.policy(), findings);
    options.mapped().ifPresent(image -> auditMapped(image, host, findings));
    if (checkpoint.processes().isEmpty() || !new TreeAudit(checkpoint, findings).run()) {
      return findings.report();
    }
    Relations relations = Relations.of(checkpoint, options);
    new HostAudit(checkpoint.host(), host, findings).run();
    new PidAudit(checkpoint, host, options, findings).run();
    new ClockAudit(checkpoint, host, options, findings).run();
    new EvidenceAudit(checkpoint, host, options.policy().files(), findings).run();
    new MadeFileAudit(checkpoint, host, findings).run();
    new WatchAudit(relations, findings).run();
    new PtyAudit(checkpoint, findings).run();
    new TypedAudit(checkpoint, findings).run();
    new SegmentAudit(checkpoint, host, findings).run();
    new SizeAudit(checkpoint, host, options.policy().memory(), findings).run();
    for (ProcessState process : relations.tree().living()) {
      auditProcess(relations, process, host, options, findings.of(process.pid()));
    }
    findings.grants(
        "secret",
        "once more whatever the program keeps to itself: keys, nonces, the state of its random numbers");
    return findings.report();
  }

  private static void auditProcess(
      Relations relations,
      ProcessState process,
      HostFacts host,
      RestoreOptions options,
      Findings findings) {
    Checkpoint checkpoint = relations.checkpoint();
    new IdentityAudit(process, host, options, findings).run();
    AddressSpace space = new AddressSpace(process.vmas());
    Policy policy = options.policy();
    new FileAudit(relations, process, host, options, findings).run();
    new LockAudit(checkpoint, process, host, relations.inherited(), findings).run();
    new MemoryAudit(checkpoint, process, host, policy, findings).run();
    new ThreadAudit(checkpoint.host(), process, space, host, findings).run();
    new SignalAudit(relations.tree(), process, space, host, options, findings).run();
    new TimerAudit(checkpoint, process, host, policy.signals(), findings).run();
    new AttributeAudit(process, space, host, findings).run();
  }

  private static void auditPolicy(Policy policy, Findings findings) {
    if (!policy.restores()) {
      findings.refuse(
          "AU-POL-01",
          Severity.LOW,
          "policy",
          "the policy %s lets nothing be restored".formatted(policy.name()));
    }
  }

  private static void auditMapped(MappedImage image, HostFacts host, Findings findings) {
    if (image.othersMayWrite(host.caller().uid()) || !image.status().isRegular()) {
      findings.refuse(
          "AU-IMG-05",
          Severity.HIGH,
          "image",
          "cannot be mapped: others can write it (owner %d, mode %04o), and what they write would become memory of the program; leave out --map"
              .formatted(image.status().uid(), image.status().mode() & 07777));
    }
  }

  /** Keys and passwords of the program are in it. */
  private static void auditFile(ImageSource source, Findings findings) {
    int others = source.mode().orElse(0) & READ_OR_WRITTEN_BY_OTHERS;
    if (others != 0) {
      findings.warn(
          "AU-IMG-07",
          Severity.LOW,
          "image",
          "others may read or write it (mode %04o); the program's memory is in it"
              .formatted(source.mode().getAsInt()));
    }
  }

  private static void auditWhole(Checkpoint checkpoint, Findings findings) {
    if (checkpoint.partial()) {
      findings.refuse(
          "AU-IMG-01", Severity.HIGH, "image", "is partial: something was not captured");
    }
    if (checkpoint.redacted()) {
      findings.refuse(
          "AU-IMG-01", Severity.HIGH, "image", "is redacted: what the program had was taken out");
    }
    checkpoint
        .origin()
        .flatMap(Origin::source)
        .ifPresent(source ->
            findings.warn(
                "AU-IMG-08",
                Severity.LOW,
                "image",
                "comes from a %s image: nothing proves that its memory is as it was dumped"
                    .formatted(source)));
    if (checkpoint.processes().isEmpty()) {
      findings.refuse("AU-IMG-03", Severity.HIGH, "image", "has no process");
    }
  }
}
