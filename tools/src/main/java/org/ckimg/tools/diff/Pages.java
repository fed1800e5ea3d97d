package org.ckimg.tools.diff;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.ckimg.spec.Format;
import org.ckimg.spec.model.PageMarks;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.mem.RunCache;

/** The pages of one image by object: which there are, what is known of them, what is in them. */
final class Pages {
  private final Subject subject;
  private final Consumer<Subject> reading;
  private final RunCache runs;
  private final PageMarks marks = new PageMarks();

  /**
   * Of an image.
   *
   * @param reading is told before the image is read, so that a message can name it
   */
  Pages(Subject subject, Consumer<Subject> reading) {
    this.subject = subject;
    this.reading = reading;
    this.runs = new RunCache(subject.checkpoint().memory());
  }

  /** Pages of a mapping's object, none for a mapping without one. */
  PageRuns of(Vma vma) throws IOException {
    reading.accept(subject);
    return runs.of(vma.object());
  }

  /** What is known of pages, at most {@link #batch}; valid until the next call. */
  PageMarks look(int object, long firstPage, int numPages) throws IOException {
    reading.accept(subject);
    PageRuns range = new PageRuns.Builder().add(firstPage, numPages).build();
    subject.pages().known().look(object, range, marks);
    return marks;
  }

  /** How many pages can be looked up at once. */
  int batch() {
    return 1 << Format.BLOCK_SHIFT - subject.checkpoint().host().pageShift();
  }

  void read(int object, long firstPage, int numPages, MemorySegment into) throws IOException {
    reading.accept(subject);
    subject.checkpoint().memory().read(object, firstPage, numPages, into);
  }
}
