package org.ckimg.tools.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.ckimg.restorer.audit.AuditFinding;
import org.ckimg.restorer.audit.AuditFinding.Effect;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.restorer.audit.Authority;
import org.ckimg.restorer.audit.Authority.Grant;
import org.junit.jupiter.api.Test;

/** Who reads a finding of one process among many is told of which. */
class AuditTextTest {
  private static AuditFinding finding(int pid, boolean whole, String subject) {
    return new AuditFinding(
        "AU-XX-01", Severity.LOW, Effect.REFUSE, pid, whole, subject, "is so", Map.of());
  }

  private static Authority authority(int pid, boolean whole, String what) {
    return new Authority(pid, whole, "file", what, Grant.GRANT);
  }

  private static List<String> refusals(AuditFinding... findings) {
    StringWriter text = new StringWriter();
    AuditReport report = new AuditReport(List.of(findings), List.of());
    AuditText.printRefusals(report, new PrintWriter(text, true), "");
    return text.toString().lines().toList();
  }

  @Test
  void ofOneProcessItIsNotSaid() {
    assertEquals(
        List.of("AU-XX-01 refuse: image: is so", "AU-XX-01 refuse: fd 3: is so"),
        refusals(finding(7, true, "image"), finding(7, false, "fd 3")));
  }

  @Test
  void ofSeveralItIsSaidOnce() {
    assertEquals(
        List.of(
            "AU-XX-01 refuse: image: is so",
            "AU-XX-01 refuse: pid 7 fd 3: is so",
            "AU-XX-01 refuse: process 8: is so",
            "AU-XX-01 refuse: pid 8 thread 9: is so"),
        refusals(
            finding(7, true, "image"),
            finding(7, false, "fd 3"),
            finding(8, false, "process 8"),
            finding(8, false, "thread 9")));
  }

  @Test
  void soItIsOfWhatComesBack() {
    StringWriter text = new StringWriter();
    List<Authority> authority =
        List.of(
            authority(7, true, "a secret"),
            authority(7, false, "pid 7 as before"),
            authority(8, false, "fd 3: open /dev/null"));
    AuditText.print(
        new AuditReport(List.of(), authority), new Paper(new PrintWriter(text), Style.PLAIN));
    assertEquals(
        List.of(
            "verdict: allow",
            "it would bring back:",
            "  file       a secret",
            "  file       pid 7 as before",
            "  file       pid 8 fd 3: open /dev/null"),
        text.toString().lines().toList());
  }
}
