package org.ckimg.reader.internal.pages;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.ckimg.reader.SectionInfo;
import org.ckimg.spec.Finding;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.KnownPages;
import org.ckimg.spec.model.PageMarks;
import org.ckimg.spec.model.PageRuns;

/** Where inherited pages are: in the parent, by base object. Safe for several threads. */
public final class Base {
  private final ImageMemory memory;
  private final PageLookup lookup;
  private final Objects objects;

  /** The base of an object. */
  @FunctionalInterface
  public interface Objects {
    /** Object id in the parent; 0 for none. */
    int of(int object) throws IOException;
  }

  /**
   * Joins the two images.
   *
   * @param memory of the parent
   * @param lookup of the parent
   * @param objects of the child
   */
  public Base(ImageMemory memory, PageLookup lookup, Objects objects) {
    this.memory = memory;
    this.lookup = lookup;
    this.objects = objects;
  }

  /** Copies pages that a block of {@code object} inherits. */
  void read(SectionInfo block, int object, long page, int count, MemorySegment into)
      throws IOException {
    int base = objects.of(object);
    for (long wanted = page; wanted < page + count; wanted++) {
      if (!memory.has(base, wanted)) {
        String text = "page %d is inherited, object %d of the parent does not have it";
        throw new MalformedImageException(
            new Finding(Rule.CHN_03, block.name(), block.offset(), text.formatted(wanted, base)));
      }
    }
    memory.read(base, page, count, into);
  }

  /** What the parent knows of its own objects. */
  KnownPages known() {
    return lookup;
  }

  void look(int object, PageRuns pages, PageMarks marks) throws IOException {
    lookup.look(objects.of(object), pages, marks);
  }
}
