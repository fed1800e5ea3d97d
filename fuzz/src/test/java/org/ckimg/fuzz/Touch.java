package org.ckimg.fuzz;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;

/** Asks a model for everything that it has, and for pages at the ends of what is mapped. */
final class Touch {
  private static final MemorySegment PAGE = MemorySegment.ofArray(new byte[1 << 16]);

  private Touch() {}

  static void all(ForeignImage image) throws IOException {
    image.annexes().hashCode();
    image.findings().hashCode();
    all(image.checkpoint());
  }

  static void all(Checkpoint checkpoint) throws IOException {
    checkpoint.hashCode();
    if (checkpoint.host().pageSize() > PAGE.byteSize()) {
      return;
    }
    for (MemoryObject object : checkpoint.objects()) {
      PageRuns pages = checkpoint.memory().pages(object.id());
      if (pages.size() > 0) {
        checkpoint.memory().read(object.id(), pages.first(0), 1, PAGE);
        checkpoint.memory().read(object.id(), pages.end(pages.size() - 1) - 1, 1, PAGE);
      }
    }
  }
}
