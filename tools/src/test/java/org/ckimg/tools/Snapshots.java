package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Expected output in files. When a change is meant, {@code -Dtest.jvm.args=-Dsnapshots.write=true}
 * writes them anew.
 */
final class Snapshots {
  private static final Path FOLDER = Path.of("src/test/resources");

  private Snapshots() {}

  static void check(String name, String actual) throws IOException {
    Path file = FOLDER.resolve(name);
    if (Boolean.getBoolean("snapshots.write")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
    assertEquals(Files.readString(file), actual, name);
  }
}
