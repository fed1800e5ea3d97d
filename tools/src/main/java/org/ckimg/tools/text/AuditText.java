package org.ckimg.tools.text;

import java.io.PrintWriter;
import java.util.Locale;
import org.ckimg.restorer.audit.AuditFinding;
import org.ckimg.restorer.audit.AuditFinding.Effect;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.restorer.audit.Authority;
import org.ckimg.spec.model.Bytes;

/** What the audit says, for people. */
public final class AuditText {
  /** There are dozens in every program; the JSON document lists them. */
  private static final String MAP = "map";

  private AuditText() {}

  /** Everything: verdict, findings, authority. */
  public static void print(AuditReport report, Paper paper) {
    Style style = paper.style();
    boolean several = report.isOfSeveral();
    paper.line("verdict: " + (report.allowed() ? style.good("allow") : style.bad("refuse")));
    for (AuditFinding finding : report.worstFirst()) {
      paper.line("  " + line(finding, several));
    }
    paper.line("it would bring back:");
    for (Authority authority : report.authority()) {
      paper.line(
          "  %-10s %s"
              .formatted(
                  authority.kind(),
                  who(several && !authority.whole(), authority.pid(), authority.what())));
    }
  }

  /** One line for each reason to refuse. */
  public static void printRefusals(AuditReport report, PrintWriter out, String prefix) {
    print(report, out, prefix, Effect.REFUSE);
  }

  /** One line for each thing that will be other than it was. */
  public static void printAdjustments(AuditReport report, PrintWriter out, String prefix) {
    print(report, out, prefix, Effect.WARN);
    print(report, out, prefix, Effect.ADJUST);
  }

  private static void print(AuditReport report, PrintWriter out, String prefix, Effect effect) {
    boolean several = report.isOfSeveral();
    report.worstFirst().stream()
        .filter(finding -> finding.effect() == effect && !isAllowed(finding))
        .forEach(finding -> out.println(prefix + line(finding, several)));
  }

  /** What a policy would answer to and allows; `--verify` shows it. */
  private static boolean isAllowed(AuditFinding finding) {
    return finding.effect() == Effect.WARN && finding.severity() == Severity.INFO;
  }

  private static String line(AuditFinding finding, boolean several) {
    return "%s %s: %s: %s"
        .formatted(
            finding.rule(),
            finding.effect().name().toLowerCase(Locale.ROOT),
            who(several && !finding.whole(), finding.pid(), finding.subject()),
            Bytes.utf8(finding.text()));
  }

  /** Of several processes it is said which one is meant, once. */
  private static String who(boolean named, int pid, String what) {
    boolean namesItself = what.equals("process " + pid) || what.startsWith("pid " + pid + " ");
    return (named && !namesItself ? "pid " + pid + " " : "") + Bytes.utf8(what);
  }
}
