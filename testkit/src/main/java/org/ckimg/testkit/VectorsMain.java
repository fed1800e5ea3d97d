package org.ckimg.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the conformance suite into a folder. */
public final class VectorsMain {
  private VectorsMain() {}

  /** Takes the folder, {@code spec/vectors} in this repository. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder.resolve("valid"));
    Files.createDirectories(folder.resolve("invalid"));
    for (Vector vector : Vectors.all()) {
      Files.write(folder.resolve(vector.name()), vector.image());
    }
    Files.writeString(folder.resolve("verdicts.json"), Vectors.verdicts());
  }
}
