package org.ckimg.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Who runs a program. */
enum Account {
  /** Whoever runs the tests. */
  SELF(List.of()),

  /** An ordinary user without any capability; only root can become one. */
  NOBODY(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));

  private final List<String> prefix;

  Account(List<String> prefix) {
    this.prefix = prefix;
  }

  /** What stands before a command. */
  List<String> prefix() {
    return prefix;
  }

  /** Skips the test when this account cannot be used. */
  void assumeUsable() {
    if (this == NOBODY) {
      assumeRoot();
      Requirements.program("setpriv");
    }
  }

  /** True when a restored program gets its old pid also where it has one thread only. */
  boolean keepsIds() {
    return this == SELF && isRoot();
  }

  /** Skips the test when it does not run as root. */
  static void assumeRoot() {
    assumeTrue(isRoot(), "not root");
  }

  static boolean isRoot() {
    try {
      return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
