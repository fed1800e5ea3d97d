package org.ckimg.restorer.audit;

import java.util.Map;

/**
 * One thing that the audit has to say.
 *
 * @param rule stable id, {@code AU-…}
 * @param severity how bad
 * @param effect what follows
 * @param pid process of the image; 0 where nothing of the image is believed
 * @param whole true when it is about the image and not about that process, its first one
 * @param subject what it is about, such as {@code fd 5}
 * @param text one sentence
 * @param evidence what was compared: names and values
 */
public record AuditFinding(
    String rule,
    Severity severity,
    Effect effect,
    int pid,
    boolean whole,
    String subject,
    String text,
    Map<String, String> evidence) {
  /** Copies the map. */
  public AuditFinding {
    evidence = Map.copyOf(evidence);
  }

  /** How bad a finding is, the worst first. */
  public enum Severity {
    CRITICAL,
    HIGH,
    MEDIUM,
    LOW,
    INFO
  }

  /** What follows from a finding, the gravest first. */
  public enum Effect {
    REFUSE,
    WARN,
    ADJUST
  }
}
