package org.ckimg.tools.input;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.ckimg.interop.ForeignImage;
import org.ckimg.reader.PageTotals;
import org.ckimg.spec.model.PageRuns;

/** Other formats know of a page that it is there, and perhaps that a parent has it. */
final class ForeignPages implements PageKinds {
  /** Where runs end, and how many pages there are up to there. */
  private record Runs(PageRuns runs, long[] before) {
    static Runs of(PageRuns runs) {
      return new Runs(runs, runs.before());
    }

    /** Pages below {@code page}. */
    long below(long page) {
      int run = runs.floor(page);
      return run < 0 ? 0 : before[run] + Math.min(page - runs.first(run), runs.count(run));
    }

    long count(long firstPage, long numPages) {
      return below(firstPage + numPages) - below(firstPage);
    }
  }

  private record Pages(Runs all, Runs inherited) {}

  private final ForeignImage image;
  private final Map<Integer, Pages> objects = new HashMap<>();

  ForeignPages(ForeignImage image) {
    this.image = image;
  }

  @Override
  public PageTotals total(int object) throws IOException {
    Pages pages = pages(object);
    long inherited = pages.inherited.runs.numPages();
    return new PageTotals(pages.all.runs.numPages() - inherited, 0, 0, inherited);
  }

  @Override
  public PageTotals count(int object, long firstPage, long numPages) throws IOException {
    Pages pages = pages(object);
    long inherited = pages.inherited.count(firstPage, numPages);
    return new PageTotals(pages.all.count(firstPage, numPages) - inherited, 0, 0, inherited);
  }

  private Pages pages(int object) throws IOException {
    Pages known = objects.get(object);
    if (known == null) {
      known =
          new Pages(
              Runs.of(image.checkpoint().memory().pages(object)), Runs.of(image.inherited(object)));
      objects.put(object, known);
    }
    return known;
  }
}
