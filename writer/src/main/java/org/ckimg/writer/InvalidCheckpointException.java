package org.ckimg.writer;

import org.ckimg.spec.Rule;

/**
 * A checkpoint that no sound image can hold. {@link ImageWriter#start} throws it before the first
 * byte for everything but pages, which are seen when they are read.
 */
public final class InvalidCheckpointException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final Rule rule;

  InvalidCheckpointException(Rule rule, String place, String text) {
    super(rule.id() + ": " + place + ": " + text);
    this.rule = rule;
  }

  /** The rule that an image of this checkpoint would break. */
  public Rule rule() {
    return rule;
  }
}
