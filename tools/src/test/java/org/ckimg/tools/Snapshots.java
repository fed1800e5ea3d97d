package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.ckimg.testkit.Kept;

/** Expected output in the resources of the tests; {@link Kept} says how it is written. */
final class Snapshots {
  private static final Path FOLDER = Path.of("src/test/resources");

  private Snapshots() {}

  static void check(String name, String actual) throws IOException {
    assertEquals(Kept.in(FOLDER.resolve(name), actual), actual, name);
  }
}
