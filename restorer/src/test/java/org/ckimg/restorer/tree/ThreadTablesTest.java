package org.ckimg.restorer.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.reader.ImageReader;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.ProcessState;
import org.junit.jupiter.api.Test;

/** A process lends numbers above all others to what its threads are to have alone. */
class ThreadTablesTest {
  private static final Path VECTORS = Path.of("../spec/vectors/valid");

  @Test
  void theProcessHasThemUntilTheThreadLeaves() throws IOException {
    try (ImageReader reader = ImageReader.open(VECTORS.resolve("sharing.ckimg"))) {
      ThreadTables tables = ThreadTables.of(reader.checkpoint());
      FdEntry own = new FdEntry(3, 1, true, OptionalInt.of(13));
      assertEquals(
          List.of(new ThreadTables.Leaving(13, List.of(new ThreadTables.Moved(4, own)))),
          tables.of(7));
      assertEquals(List.of(), tables.of(8));
      assertEquals(
          List.of(new FdEntry(3, 1, false), new FdEntry(4, 1, true)),
          tables.checkpoint().processes().getFirst().fds());
    }
  }

  @Test
  void othersAreAsTheyAre() throws IOException {
    try (ImageReader reader = ImageReader.open(VECTORS.resolve("process.ckimg"))) {
      Checkpoint checkpoint = reader.checkpoint();
      List<ProcessState> built = ThreadTables.of(checkpoint).checkpoint().processes();
      assertSame(checkpoint.processes().getFirst(), built.getFirst());
    }
  }
}
