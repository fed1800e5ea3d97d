package org.ckimg.testkit.attack;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What shows each rule of the audit: lies, and tests for what no lie can say, because the rule
 * compares with the caller, the policy or the host.
 */
final class Proofs {
  /** Tests by rule; each names the rule in its source. */
  static final Map<String, List<String>> TESTS =
      Map.ofEntries(
          Map.entry("AU-IMG-07", List.of("PrivilegeTest")),
          Map.entry("AU-IMG-08", List.of("CriuRestoreTest")),
          Map.entry("AU-MEM-17", List.of("CriuRestoreTest")),
          Map.entry("AU-HST-06", List.of("AuditFactsTest")),
          Map.entry("AU-IMG-03", List.of("AuditFactsTest")),
          Map.entry("AU-HST-02", List.of("AuditFactsTest")),
          Map.entry("AU-PID-01", List.of("AuditFactsTest")),
          Map.entry("AU-PID-02", List.of("AuditFactsTest")),
          Map.entry("AU-CRD-03", List.of("AuditFactsTest")),
          Map.entry("AU-CRD-10", List.of("AuditFactsTest")),
          Map.entry("AU-FIL-19", List.of("AuditFactsTest")),
          Map.entry("AU-CRD-08", List.of("AuditFactsTest")),
          Map.entry("AU-CRD-09", List.of("AuditFactsTest")),
          Map.entry("AU-FIL-15", List.of("AuditFactsTest")),
          Map.entry("AU-FIL-16", List.of("AuditFactsTest")),
          Map.entry("AU-FD-01", List.of("AuditFactsTest")),
          Map.entry("AU-LCK-02", List.of("AuditFactsTest")),
          Map.entry("AU-MEM-02", List.of("AuditFactsTest")),
          Map.entry("AU-MEM-12", List.of("AuditFactsTest")),
          Map.entry("AU-MEM-13", List.of("AuditFactsTest")),
          Map.entry("AU-MEM-15", List.of("AuditFactsTest")),
          Map.entry("AU-MEM-16", List.of("AuditFactsTest")),
          Map.entry("AU-REG-10", List.of("AuditFactsTest")),
          Map.entry("AU-PRC-03", List.of("AuditFactsTest")),
          Map.entry("AU-PRC-06", List.of("AuditFactsTest")),
          Map.entry("AU-FIL-05", List.of("DriftTest")),
          Map.entry("AU-FIL-07", List.of("DriftTest", "LostFilesTest")),
          Map.entry("AU-FD-05", List.of("DriftTest")),
          Map.entry("AU-IMG-05", List.of("MapTest")),
          Map.entry("AU-IMG-06", List.of("SignTest", "TrustAuditTest")),
          Map.entry("AU-POL-01", List.of("PolicyTest")),
          Map.entry("AU-PID-03", List.of("PolicyTest", "AuditFactsTest")),
          Map.entry("AU-CRD-02", List.of("PrivilegeTest")),
          Map.entry("AU-CRD-06", List.of("PolicyTest")),
          Map.entry("AU-CRD-07", List.of("PrivilegeTest")),
          Map.entry("AU-FIL-12", List.of("PrivilegeTest", "AuditFactsTest")),
          Map.entry("AU-FIL-17", List.of("HandleTest")),
          Map.entry("AU-PIP-01", List.of("PipeAuditTest")),
          Map.entry("AU-PIP-02", List.of("PipeAuditTest", "FifoTest")),
          Map.entry("AU-PIP-03", List.of("FifoTest")),
          Map.entry("AU-FIL-08", List.of("LostFilesTest")),
          Map.entry("AU-SCK-09", List.of("SocketAuditTest")),
          Map.entry("AU-SCK-10", List.of("SocketTest")),
          Map.entry("AU-SCK-12", List.of("SocketTest")),
          Map.entry("AU-SCK-13", List.of("SocketTest")),
          Map.entry("AU-SCK-14", List.of("ConnectionTest")),
          Map.entry("AU-SCK-15", List.of("ConnectionTest")),
          Map.entry("AU-SCK-16", List.of("ConnectionTest")),
          Map.entry("AU-SCK-17", List.of("ConnectionTest")),
          Map.entry("AU-SCK-18", List.of("ConnectionTest")),
          Map.entry("AU-SHM-03", List.of("SegmentTest")),
          Map.entry("AU-SHM-04", List.of("SegmentTest")),
          Map.entry("AU-SHM-05", List.of("SegmentTest")),
          Map.entry("AU-PTY-03", List.of("PtyAuditTest")),
          Map.entry("AU-PTY-06", List.of("PtyAuditTest")),
          Map.entry("AU-PTY-07", List.of("PtyAuditTest")),
          Map.entry("AU-FD-04", List.of("TerminalTest")),
          Map.entry("AU-FD-06", List.of("TerminalTest")));

  private Proofs() {}

  /** The last cell of a rule's row: names of lies, then of tests. */
  static String of(String rule) {
    Set<String> names = new LinkedHashSet<>();
    for (Attack attack : Attacks.all()) {
      if (attack.rules().contains(rule)) {
        names.add(attack.name());
      }
    }
    TESTS.getOrDefault(rule, List.of()).forEach(test -> names.add("`" + test + "`"));
    return names.stream().collect(Collectors.joining(", "));
  }
}
