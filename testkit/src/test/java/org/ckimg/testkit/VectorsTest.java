package org.ckimg.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VectorsTest {
  private static final Path COMMITTED = Path.of("../spec/vectors");
  private static final long MAX_BYTES = 4 << 20;

  @Test
  void committedVectorsAreThoseThatAreGenerated() throws IOException {
    List<Vector> vectors = Vectors.all();
    for (Vector vector : vectors) {
      byte[] committed = Files.readAllBytes(COMMITTED.resolve(vector.name()));
      assertArrayEquals(vector.image(), committed, vector.name());
    }
    assertEquals(Vectors.verdicts(), Files.readString(COMMITTED.resolve("verdicts.json")));
    Set<String> names = new TreeSet<>(vectors.stream().map(Vector::name).toList());
    assertEquals(vectors.size(), names.size(), "two vectors of one name");
    assertEquals(names, committed());
  }

  @Test
  void theSuiteIsSmall() {
    long bytes = Vectors.all().stream().mapToLong(v -> v.image().length).sum();
    assertTrue(bytes < MAX_BYTES, bytes + " bytes");
  }

  private static Set<String> committed() throws IOException {
    try (Stream<Path> files = Files.walk(COMMITTED)) {
      return new TreeSet<>(
          files
              .filter(path -> path.toString().endsWith(".ckimg"))
              .map(path -> COMMITTED.relativize(path).toString())
              .toList());
    }
  }
}
