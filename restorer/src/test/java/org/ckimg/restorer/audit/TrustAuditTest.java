package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Set;
import org.ckimg.restorer.Trusted;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.spec.model.Bytes;
import org.junit.jupiter.api.Test;

class TrustAuditTest {
  private static final Bytes FRIEND = Bytes.of(new byte[32]);
  private static final Bytes STRANGER = Bytes.utf8("0123456789abcdef0123456789abcdef");

  private static AuditReport audit(boolean required, Set<Bytes> keys, Optional<Bytes> signer) {
    return TrustAudit.audit(new Trusted(required, keys), signer);
  }

  private static void assertRefused(String text, AuditReport report) {
    AuditFinding finding = report.findings().getFirst();
    assertEquals(1, report.findings().size());
    assertEquals("AU-IMG-06", finding.rule());
    assertEquals(Severity.CRITICAL, finding.severity());
    assertTrue(finding.text().contains(text), finding.text());
    assertTrue(!report.allowed());
  }

  @Test
  void aTrustedSignerIsAllowed() {
    assertTrue(audit(true, Set.of(FRIEND, STRANGER), Optional.of(FRIEND)).findings().isEmpty());
  }

  @Test
  void aStrangerIsRefusedByFingerprint() {
    AuditReport report = audit(true, Set.of(FRIEND), Optional.of(STRANGER));
    assertRefused("none of the 1 trusted keys", report);
    // sha256sum of the 32 characters.
    assertRefused("3eb1bd439947eb762998e566", report);
  }

  @Test
  void anUnsignedImageIsRefused() {
    assertRefused("is not signed", audit(true, Set.of(FRIEND), Optional.empty()));
  }

  @Test
  void aDemandWithoutKeysRefusesEverybody() {
    assertRefused("none of the 0", audit(true, Set.of(), Optional.of(FRIEND)));
  }

  @Test
  void withoutADemandNobodyNeedsToSign() {
    assertTrue(audit(false, Set.of(FRIEND), Optional.empty()).allowed());
    assertTrue(audit(false, Set.of(FRIEND), Optional.of(STRANGER)).allowed());
  }
}
