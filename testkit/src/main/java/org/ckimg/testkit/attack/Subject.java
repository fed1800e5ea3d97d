package org.ckimg.testkit.attack;

/** The end-to-end program whose image is made to lie. */
public enum Subject {
  /** One process with one of everything. */
  EVERY("every", "all"),
  /** A tree of processes with sessions, groups, zombies and pipes. */
  FAMILY("family", "all");

  /** The file that {@link #EVERY} has open. */
  public static final String DATA_FILE = "/var/tmp/ckimg-hostile-000001";

  /** Another file, whose path is as long. */
  public static final String OTHER_FILE = "/var/tmp/ckimg-hostile-000002";

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
