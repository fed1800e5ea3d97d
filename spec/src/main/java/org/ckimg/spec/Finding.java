package org.ckimg.spec;

/**
 * One broken rule.
 *
 * @param rule the rule
 * @param section what it was found in, such as {@code VMAS}, {@code PAGES 7} or {@code header}
 * @param offset bytes from the image's start
 * @param text what is there and what should be
 */
public record Finding(RuleId rule, String section, long offset, String text) {
  /** One line: rule, section, offset, text. */
  @Override
  public String toString() {
    return "%s: %s+0x%x: %s".formatted(rule.id(), section, offset, text);
  }
}
