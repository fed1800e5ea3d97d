package org.ckimg.interop.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.MemorySource;
import org.ckimg.interop.criu.Sample;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.testkit.archive.ContainerArchives;

/** What several tests do with archives. */
final class Archives {
  private Archives() {}

  /** Images of a sample of CRIU. */
  static Map<String, byte[]> images(String sample) {
    return Sample.of(sample).images("img");
  }

  /** A small archive, as Podman makes it. */
  static byte[] podman() {
    return ContainerArchives.tar(ContainerArchives.podman(images("s03_pipe")));
  }

  static ForeignImage open(byte[] archive) throws IOException {
    return ArchiveImages.open(new MemorySource("archive", archive));
  }

  /** Whether the first bytes are those of an archive. */
  static boolean recognise(byte[] archive) {
    try {
      return ArchiveImages.recognise(new MemorySource("archive", archive));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Both are the same, every page included. */
  static void assertSame(Checkpoint expected, Checkpoint actual) throws IOException {
    assertEquals(bare(expected), bare(actual));
    for (MemoryObject object : expected.objects()) {
      PageRuns runs = expected.memory().pages(object.id());
      assertEquals(runs, actual.memory().pages(object.id()));
      for (int run = 0; run < runs.size(); run++) {
        for (long page = runs.first(run); page < runs.end(run); page++) {
          assertArrayEquals(
              page(expected, object, page), page(actual, object, page), "page " + page);
        }
      }
    }
  }

  private static byte[] page(Checkpoint checkpoint, MemoryObject object, long page)
      throws IOException {
    byte[] bytes = new byte[checkpoint.host().pageSize()];
    checkpoint.memory().read(object.id(), page, 1, MemorySegment.ofArray(bytes));
    return bytes;
  }

  private static Checkpoint bare(Checkpoint all) {
    return new Checkpoint(
        all.host(),
        all.parent(),
        all.partial(),
        all.redacted(),
        all.processes(),
        all.descriptions(),
        all.files(),
        all.terminals(),
        all.pipes(),
        all.objects(),
        all.origin(),
        all.extras(),
        Memory.NONE);
  }
}
