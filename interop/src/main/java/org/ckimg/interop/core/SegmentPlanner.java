package org.ckimg.interop.core;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Vma;

/**
 * Which segments a mapping becomes. A page of a mapped file that nobody wrote to is not in an image
 * and not in a core: debuggers take it from the file, where no segment has bytes for it. So such a
 * mapping is cut in front of each run of pages that are there. Any other mapping is one segment, as
 * long in the file as its last page that is there; what lies between reads as zero, as it did.
 */
final class SegmentPlanner {
  private final Checkpoint checkpoint;
  private final CoreSupplement supplement;
  private final List<PlannedSegment> segments = new ArrayList<>();

  SegmentPlanner(Checkpoint checkpoint, CoreSupplement supplement) {
    this.checkpoint = checkpoint;
    this.supplement = supplement;
  }

  List<PlannedSegment> plan(List<Vma> vmas) throws IOException {
    for (Vma vma : vmas) {
      add(vma);
    }
    return segments;
  }

  private void add(Vma vma) throws IOException {
    PageLayers layers = new PageLayers(checkpoint.memory(), layers(vma));
    long end = layers.end(vma.firstPage(), vma.endPage());
    if (end == vma.firstPage()) {
      addBare(vma, vma.endPage(), layers);
    } else if (isHeldByFile(vma)) {
      addRuns(vma, layers);
    } else {
      segments.add(segment(vma, vma.firstPage(), vma.endPage(), end - vma.firstPage(), layers));
    }
  }

  private List<PageLayers.Layer> layers(Vma vma) {
    List<PageLayers.Layer> layers = new ArrayList<>();
    OptionalInt content = content(vma);
    if (content.isPresent() && !vma.shared()) {
      layers.add(new PageLayers.Layer(content.getAsInt(), vma.filePage() - vma.firstPage()));
    }
    if (vma.object().isPresent()) {
      layers.add(new PageLayers.Layer(vma.object().getAsInt(), vma.objectPage() - vma.firstPage()));
    }
    return layers;
  }

  /** The object with the bytes of a file that is gone. */
  private OptionalInt content(Vma vma) {
    return vma.file().isPresent() ? file(vma).content() : OptionalInt.empty();
  }

  private FileFacts file(Vma vma) {
    return checkpoint.file(vma.file().getAsInt());
  }

  /** True when pages that are not in the image are in a file that is still there. */
  private boolean isHeldByFile(Vma vma) {
    return vma.file().isPresent() && !vma.shared() && content(vma).isEmpty();
  }

  /** The start of a mapping, up to the first page that is there. */
  private void addBare(Vma vma, long end, PageLayers none) throws IOException {
    long numPages = end - vma.firstPage();
    int shift = checkpoint.host().pageShift();
    Optional<Bytes> pages =
        supplement.firstPages(vma).filter(bytes -> bytes.length() >>> shift <= numPages);
    long stored = pages.map(Bytes::length).orElse(0) >>> shift;
    segments.add(
        new PlannedSegment(vma.firstPage(), numPages, stored, vma.protection(), none, pages));
  }

  private void addRuns(Vma vma, PageLayers layers) throws IOException {
    PageRuns runs = checkpoint.memory().pages(vma.object().getAsInt());
    long at = vma.firstPage();
    long stored = 0;
    for (int run = Math.max(0, runs.floor(at)); run < runs.size(); run++) {
      long from = Math.max(vma.firstPage(), runs.first(run));
      long to = Math.min(vma.endPage(), runs.end(run));
      if (runs.first(run) >= vma.endPage()) {
        break;
      }
      if (from < to) {
        if (stored > 0) {
          segments.add(segment(vma, at, from, stored, layers));
        } else if (from > at) {
          addBare(vma, from, layers);
        }
        at = from;
        stored = to - from;
      }
    }
    segments.add(segment(vma, at, vma.endPage(), stored, layers));
  }

  private static PlannedSegment segment(
      Vma vma, long first, long end, long stored, PageLayers layers) {
    return new PlannedSegment(
        first, end - first, stored, vma.protection(), layers, Optional.empty());
  }
}
