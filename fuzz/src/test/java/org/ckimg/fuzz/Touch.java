package org.ckimg.fuzz;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;

/** Asks a model for everything that it has. */
final class Touch {
  /** A core may say that it has any number of pages; two full blocks of the smallest are tried. */
  private static final int MAX_PAGES = 1 << 13;

  private Touch() {}

  /** Sees a page; its content is good until the next one. */
  @FunctionalInterface
  interface PageVisitor {
    void page(int object, long page, byte[] content) throws IOException;
  }

  static void all(ForeignImage image) throws IOException {
    image.annexes().hashCode();
    image.findings().hashCode();
    all(image.checkpoint());
  }

  static void all(Checkpoint checkpoint) throws IOException {
    checkpoint.hashCode();
    pages(checkpoint, (_, _, _) -> {});
  }

  /** Reads every page, as many as are tried, but those that only a parent has who is not there. */
  static void pages(Checkpoint checkpoint, PageVisitor visitor) throws IOException {
    byte[] content = new byte[checkpoint.host().pageSize()];
    int left = MAX_PAGES;
    for (MemoryObject object : checkpoint.objects()) {
      PageRuns runs = checkpoint.memory().pages(object.id());
      for (int run = 0; run < runs.size(); run++) {
        for (long page = runs.first(run); page < runs.end(run) && left > 0; page++, left--) {
          if (isRead(checkpoint, object.id(), page, content)) {
            visitor.page(object.id(), page, content);
          }
        }
      }
    }
  }

  private static boolean isRead(Checkpoint checkpoint, int object, long page, byte[] into)
      throws IOException {
    try {
      checkpoint.memory().read(object, page, 1, MemorySegment.ofArray(into));
      return true;
    } catch (ImageException e) {
      if (e.finding().rule() == Rule.CHN_01) {
        return false;
      }
      throw e;
    }
  }
}
