package org.ckimg.restorer;

/** Which pid a restored program gets. */
public enum PidMode {
  /** The old one when it is free and permitted, else a new one where the program cannot notice. */
  AUTO,
  /** The old one or nothing. */
  SAME,
  /** A new one. */
  NEW,
  /** The old one, in a pid namespace of its own. */
  NAMESPACE
}
