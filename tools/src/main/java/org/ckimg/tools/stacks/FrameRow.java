package org.ckimg.tools.stacks;

import java.util.HashMap;
import java.util.Map;

/** The rules that hold at one address. */
final class FrameRow {
  private static final FrameRule UNTOUCHED = new FrameRule.Same();

  private FrameRule frame = new FrameRule.Undefined();
  private final Map<Integer, FrameRule> registers = new HashMap<>();

  /** The rule for the canonical frame address: Based or Computed, else it is not known. */
  FrameRule frame() {
    return frame;
  }

  void setFrame(FrameRule rule) {
    frame = rule;
  }

  FrameRule register(int number) {
    return registers.getOrDefault(number, UNTOUCHED);
  }

  void set(int number, FrameRule rule) {
    registers.put(number, rule);
  }

  /** Gives a register the rule that it has in {@code other}. */
  void restore(int number, FrameRow other) {
    registers.put(number, other.register(number));
  }

  FrameRow copy() {
    FrameRow copy = new FrameRow();
    copy.frame = frame;
    copy.registers.putAll(registers);
    return copy;
  }
}
