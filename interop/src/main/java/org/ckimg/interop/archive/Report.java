package org.ckimg.interop.archive;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.ckimg.interop.Annex;
import org.ckimg.interop.Row;
import org.ckimg.spec.Finding;

/** What there is to say of an archive beside the checkpoint. */
final class Report {
  /** More of a rule are only counted: an archive may have any number of bad entries. */
  private static final int MAX_FINDINGS = 100;

  private final Map<ArchiveRule, List<Finding>> findings = new EnumMap<>(ArchiveRule.class);
  private final Map<ArchiveRule, Integer> more = new EnumMap<>(ArchiveRule.class);
  private final List<Annex> annexes = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * A rule that is broken where the rest can be read all the same.
   *
   * @param section of the archive, safe to print
   * @param offset in the archive, decoded
   */
  void broken(ArchiveRule rule, String section, long offset, String text, Object... arguments) {
    add(rule, new Finding(rule, section, offset, text.formatted(arguments)));
  }

  private void add(ArchiveRule rule, Finding finding) {
    List<Finding> known = findings.computeIfAbsent(rule, _ -> new ArrayList<>());
    if (known.size() < MAX_FINDINGS) {
      known.add(finding);
    } else {
      more.merge(rule, 1, Integer::sum);
    }
  }

  void warn(String text, Object... arguments) {
    warnings.add(text.formatted(arguments));
  }

  /** Adds a table that has lines. */
  void annex(String name, List<Row> rows) {
    if (!rows.isEmpty()) {
      annexes.add(new Annex(name, rows));
    }
  }

  /** By rule; of each the first ones, and how many more there are. */
  List<Finding> findings() {
    List<Finding> all = new ArrayList<>();
    findings.forEach((rule, some) -> {
      all.addAll(some);
      if (more.containsKey(rule)) {
        Finding last = some.getLast();
        all.add(
            new Finding(
                rule,
                "archive",
                last.offset(),
                "%d more entries break this rule".formatted(more.get(rule))));
      }
    });
    return all;
  }

  List<Annex> annexes() {
    return annexes;
  }

  List<String> warnings() {
    return warnings;
  }
}
