package org.ckimg.tools.input;

import java.io.IOException;
import java.util.function.Consumer;
import org.ckimg.reader.PageRun;
import org.ckimg.reader.PageTotals;
import org.ckimg.spec.model.KnownPages;

/** How the pages of an image's objects are kept. */
public interface PageKinds {
  /** What is known of pages without reading one. */
  default KnownPages known() {
    return KnownPages.NONE;
  }

  /** Counts the pages of a whole object. */
  PageTotals total(int object) throws IOException;

  /**
   * Counts pages of a range.
   *
   * @param object object id
   * @param firstPage page index in the object
   * @param numPages pages from there on, whether the image has them or not
   */
  PageTotals count(int object, long firstPage, long numPages) throws IOException;

  /**
   * Shows the pages of a range that the image has, in no order.
   *
   * @param object object id
   * @param firstPage page index in the object
   * @param numPages pages from there on, whether the image has them or not
   */
  void forEach(int object, long firstPage, long numPages, Consumer<PageRun> action)
      throws IOException;
}
