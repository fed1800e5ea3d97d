package org.ckimg.tools.triage;

import org.ckimg.restorer.audit.AuditFinding.Severity;

/** What triage looks for; spec/TRIAGE.md says why, and what is honest. */
public enum TriageRule {
  CODE_WITHOUT_FILE("TR-MEM-01", Severity.HIGH, "executable memory belongs to a file"),
  CODE_CHANGED("TR-MEM-02", Severity.HIGH, "code in memory is that of its file"),
  WRITABLE_CODE("TR-MEM-03", Severity.MEDIUM, "no memory is writable and executable"),
  CODE_OF_LOST_FILE("TR-MEM-04", Severity.HIGH, "code is mapped from files that have a path"),
  LOST_EXECUTABLE("TR-EXE-01", Severity.HIGH, "the executable is a file that has a path"),
  OTHER_EXECUTABLE("TR-EXE-02", Severity.HIGH, "the executable that is named is mapped"),
  RUNS_OUTSIDE_CODE("TR-REG-01", Severity.HIGH, "threads run code of files"),
  HANDLER_OUTSIDE_CODE("TR-SIG-01", Severity.HIGH, "signal handlers are code of files"),
  PRELOAD("TR-ENV-01", Severity.MEDIUM, "nothing is loaded by LD_PRELOAD or LD_AUDIT"),
  SETUID("TR-CRD-01", Severity.MEDIUM, "the program has the rights of one user"),
  CAPABILITIES("TR-CRD-02", Severity.MEDIUM, "a program of an ordinary user has no capability"),
  RAW_SOCKET("TR-NET-01", Severity.MEDIUM, "no socket takes packets of others"),
  TRACES("TR-PTR-01", Severity.HIGH, "the program does not reach into other processes"),
  SENSITIVE_PATH("TR-FD-01", Severity.MEDIUM, "no descriptor leads to what others are ruled by"),
  DEVICE(
      "TR-FD-02",
      Severity.MEDIUM,
      "no descriptor leads to a device but null, zero, full, random and terminals"),
  SECRET("TR-KEY-01", Severity.MEDIUM, "no key or token lies in memory"),
  INSTRUCTION_UNMAPPED("TR-CON-01", Severity.HIGH, "instruction pointers are mapped"),
  STACK_UNMAPPED("TR-CON-02", Severity.MEDIUM, "stack pointers are mapped"),
  PAGES_UNMAPPED("TR-CON-03", Severity.HIGH, "pages of a process are in its mappings"),
  MAPPINGS_OVERLAP("TR-CON-04", Severity.HIGH, "mappings ascend and do not overlap"),
  NOTHING_REFERRED("TR-CON-05", Severity.HIGH, "what is referred to is there"),
  COUNTS_DIFFER("TR-CON-06", Severity.HIGH, "counts of pages are those of the pages");

  private final String id;
  private final Severity severity;
  private final String expectation;

  TriageRule(String id, Severity severity, String expectation) {
    this.id = id;
    this.severity = severity;
    this.expectation = expectation;
  }

  /** Stable, {@code TR-…}. */
  public String id() {
    return id;
  }

  /** How bad it is where nothing explains it. */
  public Severity severity() {
    return severity;
  }

  /** What holds for an honest program. */
  public String expectation() {
    return expectation;
  }
}
