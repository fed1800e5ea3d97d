package org.ckimg.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Expected output in files. When a change is meant, {@code -Dtest.jvm.args=-Dsnapshots.write=true}
 * writes them anew.
 */
public final class Kept {
  private Kept() {}

  /** What a file has; it is {@code actual} where that is to be written. */
  public static String in(Path file, String actual) throws IOException {
    if (Boolean.getBoolean("snapshots.write")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
    return Files.readString(file);
  }
}
