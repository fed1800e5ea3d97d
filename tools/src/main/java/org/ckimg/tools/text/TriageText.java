package org.ckimg.tools.text;

import java.util.Locale;
import java.util.OptionalInt;
import org.ckimg.tools.triage.TriageFinding;
import org.ckimg.tools.triage.TriageReport;

/** What triage found, for people. */
public final class TriageText {
  private TriageText() {}

  /** All findings with their evidence, then what was not looked at. */
  public static void print(TriageReport report, Paper paper) {
    report.findings().forEach(finding -> print(finding, paper));
    report.notes().forEach(note -> paper.line("not looked at: " + note));
    long counting = report.counting();
    long others = report.findings().size() - counting;
    String more = others == 0 ? "" : ", and " + Human.count(others, "piece") + " of information";
    paper.line(
        counting == 0
            ? paper.style().good("nothing found") + more
            : paper.style().bad(Human.count(counting, "finding")) + more);
  }

  private static void print(TriageFinding finding, Paper paper) {
    String severity = finding.severity().name().toLowerCase(Locale.ROOT);
    paper.line(
        "%s %s: %s%s: %s"
            .formatted(
                finding.rule().id(),
                finding.counts() ? paper.style().bad(severity) : severity,
                pid(finding.pid()),
                finding.subject(),
                finding.text()));
    finding.evidence().forEach((name, value) -> paper.line("    " + name + ": " + value));
  }

  private static String pid(OptionalInt pid) {
    return pid.isPresent() ? "pid " + pid.getAsInt() + " " : "";
  }
}
