package org.ckimg.tools.input;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.ckimg.interop.ForeignImage;
import org.ckimg.reader.PageRun;
import org.ckimg.reader.PageState;
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

  private record Pages(Runs all, PageRuns own, Runs inherited) {}

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

  @Override
  public void forEach(int object, long firstPage, long numPages, Consumer<PageRun> action)
      throws IOException {
    Pages pages = pages(object);
    PageRuns inherited = pages.inherited.runs;
    forEach(pages.own, PageState.STORED, firstPage, numPages, action);
    forEach(inherited, PageState.INHERITED, firstPage, numPages, action);
  }

  private static void forEach(
      PageRuns runs, PageState state, long firstPage, long numPages, Consumer<PageRun> action) {
    long end = firstPage + numPages;
    for (int run = Math.max(0, runs.floor(firstPage));
        run < runs.size() && runs.first(run) < end;
        run++) {
      long from = Math.max(firstPage, runs.first(run));
      long to = Math.min(end, runs.end(run));
      if (from < to) {
        action.accept(new PageRun(from, to - from, state));
      }
    }
  }

  private Pages pages(int object) throws IOException {
    Pages known = objects.get(object);
    if (known == null) {
      PageRuns all = image.checkpoint().memory().pages(object);
      PageRuns inherited = image.inherited(object);
      known = new Pages(Runs.of(all), all.without(inherited), Runs.of(inherited));
      objects.put(object, known);
    }
    return known;
  }
}
