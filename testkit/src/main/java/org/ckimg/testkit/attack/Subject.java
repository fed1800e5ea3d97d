package org.ckimg.testkit.attack;

/** The end-to-end program whose image is made to lie. */
public enum Subject {
  /** One process with one of everything. */
  EVERY("every", Run.DIGITS),
  /** A tree of processes with sessions, groups, zombies and pipes. */
  FAMILY("family", "all"),
  /** A tree that is small enough to fail at each step of its restore. */
  FEW("family", "few"),
  /** One process with one descriptor of each kind that holds something. */
  KINDS("kinds", "all"),
  /** One process with both sides of pseudo terminals. */
  PTYS("ptypair", "all"),
  /** A session with a terminal whose master its parent has. */
  JOB("ptytree", "job");

  /** The file that {@link #EVERY} has open. */
  public static final String DATA_FILE = "/var/tmp/ckimg-hostile-" + Run.DIGITS;

  /** Another file, whose path is as long. */
  public static final String OTHER_FILE = "/var/tmp/ckimg-another-" + Run.DIGITS;

  /** The socket that {@link #EVERY} listens on, with a path as long. */
  public static final String SOCKET_FILE = "/var/tmp/ckimg-listens-" + Run.DIGITS;

  /** What tells this run of the tests from others on the same machine. */
  private static final class Run {
    static final String DIGITS = "%06d".formatted(ProcessHandle.current().pid() % 1_000_000);
  }

  private final String program;
  private final String mode;

  Subject(String program, String mode) {
    this.program = program;
    this.mode = mode;
  }

  /** Name of its source. */
  public String program() {
    return program;
  }

  /** What it is told to do. */
  public String mode() {
    return mode;
  }
}
