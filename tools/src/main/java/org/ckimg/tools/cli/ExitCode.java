package org.ckimg.tools.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** Exit codes; scripts depend on them. */
public enum ExitCode {
  OK(0, "done; clean; same"),
  REFUSED(1, "differences, findings, or refused by the audit or for what cannot be captured"),
  USAGE(2, "wrong usage"),
  NO_IMAGE(3, "the input is not a sound image; the message names rule, section, offset"),
  SYSTEM(4, "the operating system said no; the message names call, errno, what to do"),
  BUG(70, "a bug in ckimg (stack trace with --debug)");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** What the process ends with. */
  public int number() {
    return number;
  }

  /** Numbers and meanings for help texts. */
  public static Map<String, String> help() {
    Map<String, String> lines = new LinkedHashMap<>();
    for (ExitCode code : values()) {
      lines.put(Integer.toString(code.number), code.meaning);
    }
    return lines;
  }
}
