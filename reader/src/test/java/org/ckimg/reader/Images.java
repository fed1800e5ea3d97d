package org.ckimg.reader;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;

/** Small helps of the tests. */
public final class Images {
  private Images() {}

  /** Writes {@code image} to a file. */
  public static Path write(Path directory, byte[] image) throws IOException {
    Path file = Files.createTempFile(directory, "image", ".ckimg");
    return Files.write(file, image);
  }

  /** The bytes of pages of an object. */
  public static byte[] read(Checkpoint checkpoint, int object, long page, int count)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate((long) count * checkpoint.host().pageSize());
      checkpoint.memory().read(object, page, count, into);
      return into.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Decodes everything and reads every page. */
  public static Checkpoint readAll(ImageReader reader) throws IOException {
    Checkpoint checkpoint = reader.checkpoint();
    for (MemoryObject object : checkpoint.objects()) {
      PageRuns runs = checkpoint.memory().pages(object.id());
      for (int i = 0; i < runs.size(); i++) {
        read(checkpoint, object.id(), runs.first(i), Math.toIntExact(runs.count(i)));
      }
    }
    return checkpoint;
  }
}
