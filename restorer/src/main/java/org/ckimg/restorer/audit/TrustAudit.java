package org.ckimg.restorer.audit;

import java.util.Map;
import java.util.Optional;
import org.ckimg.reader.Signature;
import org.ckimg.restorer.Trusted;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.spec.model.Bytes;

/**
 * Did somebody sign the image who is trusted? This is asked before anything else: what an image
 * says that nobody vouches for is not looked at, not even its pid.
 */
final class TrustAudit {
  private static final String RULE = "AU-IMG-06";
  private static final int NO_PID = 0;

  private TrustAudit() {}

  static AuditReport audit(Trusted trusted, Optional<Bytes> signer) {
    Findings findings = new Findings(NO_PID);
    if (trusted.required() && signer.isEmpty()) {
      refuse(findings, "is not signed, and a signature is demanded", Map.of());
    } else if (trusted.required() && !trusted.keys().contains(signer.get())) {
      String fingerprint = Signature.fingerprint(signer.get()).toString();
      refuse(
          findings,
          "is signed by %s, which is none of the %d trusted keys"
              .formatted(fingerprint, trusted.keys().size()),
          Map.of("fingerprint", fingerprint));
    }
    return findings.report();
  }

  private static void refuse(Findings findings, String text, Map<String, String> evidence) {
    findings.refuse(RULE, Severity.CRITICAL, "image", text, evidence);
  }
}
