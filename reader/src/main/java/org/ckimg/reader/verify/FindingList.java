package org.ckimg.reader.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.Finding;
import org.ckimg.spec.RuleId;

/**
 * Collects findings from several threads. So that a hostile image cannot fill the memory, a rule
 * that is broken in very many places is listed for the first of them, and the others are counted.
 */
final class FindingList implements Findings {
  private static final int LISTED = 1000;

  private final List<Finding> listed = new ArrayList<>();
  private final Map<RuleId, Integer> counts = new HashMap<>();
  private final Map<RuleId, Finding> last = new HashMap<>();

  @Override
  public synchronized void add(Finding finding) {
    if (counts.merge(finding.rule(), 1, Integer::sum) <= LISTED) {
      listed.add(finding);
    } else {
      last.put(finding.rule(), finding);
    }
  }

  synchronized boolean isEmpty() {
    return listed.isEmpty();
  }

  /** In file order. */
  synchronized List<Finding> sorted() {
    List<Finding> all = new ArrayList<>(listed);
    last.forEach((rule, finding) -> all.add(more(finding, counts.get(rule) - LISTED)));
    all.sort(Comparator.comparingLong(Finding::offset).thenComparing(f -> f.rule().id()));
    return all;
  }

  private static Finding more(Finding finding, int count) {
    String text = "%s (and %d more places)".formatted(finding.text(), count - 1);
    return new Finding(finding.rule(), finding.section(), finding.offset(), text);
  }
}
