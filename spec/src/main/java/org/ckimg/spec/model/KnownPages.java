package org.ckimg.spec.model;

import java.io.IOException;

/** What is known of the pages of a checkpoint without reading one of them. */
@FunctionalInterface
public interface KnownPages {
  /** Nothing is known of any page. */
  KnownPages NONE = (object, pages, marks) -> marks.clear((int) pages.numPages());

  /**
   * Says of each page in turn whether it is there, and how it reads.
   *
   * @param object object id; an object that is not there has no page
   * @param pages at most as many as a block has
   * @param marks takes one mark for each page
   */
  void look(int object, PageRuns pages, PageMarks marks) throws IOException;
}
