package org.ckimg.tools.triage;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.restorer.audit.AuditFinding.Severity;

/**
 * Something to look at.
 *
 * @param rule that it breaks
 * @param severity information where something in the image explains it
 * @param pid process of the image; absent for what belongs to none
 * @param subject what it is about, safe to print
 * @param text one sentence, safe to print
 * @param evidence names and values, safe to print, in a fixed order
 */
public record TriageFinding(
    TriageRule rule,
    Severity severity,
    OptionalInt pid,
    String subject,
    String text,
    Map<String, String> evidence) {
  /** Copies the map; its order is kept. */
  public TriageFinding {
    evidence = Collections.unmodifiableMap(new LinkedHashMap<>(evidence));
  }

  /** True for what is more than information. */
  public boolean counts() {
    return severity != Severity.INFO;
  }
}
