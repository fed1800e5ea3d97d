package org.ckimg.spec;

/** A numbered rule of a format, as messages and reports name it. */
public interface RuleId {
  /** Stable, such as {@code CK-VMA-04}. */
  String id();

  /** What the rule demands, in one sentence. */
  String sentence();
}
