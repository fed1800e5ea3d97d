package org.ckimg.tools.mem;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/**
 * What there is to look at: all that an image has of private and shared memory, queues and deleted
 * files, each page once however often it is mapped; and what it leaves to files.
 */
final class Areas {
  private final Checkpoint checkpoint;
  private final MemoryFilter filter;
  private final List<Area> list = new ArrayList<>();
  private final RunCache runs;
  private long pagesElsewhere;
  private int mappingsElsewhere;

  private Areas(Checkpoint checkpoint, MemoryFilter filter) {
    this.checkpoint = checkpoint;
    this.filter = filter;
    this.runs = new RunCache(checkpoint.memory());
  }

  /** By object, then page. */
  static Areas of(Checkpoint checkpoint, MemoryFilter filter) throws IOException {
    Areas areas = new Areas(checkpoint, filter);
    boolean whole = filter.pid().isEmpty() && !filter.asksForMappings();
    for (MemoryObject object : checkpoint.objects()) {
      areas.add(object, whole || areas.isHeld(object));
    }
    areas.countElsewhere();
    return areas;
  }

  List<Area> list() {
    return list;
  }

  /** Pages of mapped files that the image does not carry. */
  long pagesElsewhere() {
    return pagesElsewhere;
  }

  /** Mappings that have such pages. */
  int mappingsElsewhere() {
    return mappingsElsewhere;
  }

  long pages() {
    return list.stream().mapToLong(Area::numPages).sum();
  }

  /** Queues and deleted files belong to whoever has them open; they are no mappings. */
  private boolean isHeld(MemoryObject object) {
    return !filter.asksForMappings()
        && checkpoint.processes().stream()
            .filter(process -> filter.takesProcess(process.pid()))
            .flatMap(process -> process.fds().stream())
            .map(FdEntry::description)
            .anyMatch(id -> ObjectHolders.holds(checkpoint, id, object.id()));
  }

  private void add(MemoryObject object, boolean whole) throws IOException {
    PageRuns all = runs.of(OptionalInt.of(object.id()));
    if (whole) {
      for (int run = 0; run < all.size(); run++) {
        list.add(new Area(object.id(), all.first(run), all.count(run)));
      }
      return;
    }
    for (long[] range : mapped(object.id())) {
      addRange(object.id(), all, range[0], range[1]);
    }
  }

  /** Ranges of pages of an object that chosen mappings show, joined. */
  private List<long[]> mapped(int object) {
    List<long[]> ranges = new ArrayList<>();
    for (ProcessState process : checkpoint.processes()) {
      for (Vma vma : process.vmas()) {
        if (filter.takesProcess(process.pid())
            && filter.takes(vma)
            && vma.object().orElse(0) == object) {
          long from = Math.max(vma.firstPage(), filter.from());
          long to = Math.min(vma.endPage(), filter.to());
          long offset = vma.objectPage() - vma.firstPage();
          ranges.add(new long[] {from + offset, to + offset});
        }
      }
    }
    return Ranges.joined(ranges);
  }

  private void addRange(int object, PageRuns all, long from, long to) {
    for (int run = Math.max(0, all.floor(from)); run < all.size() && all.first(run) < to; run++) {
      long first = Math.max(from, all.first(run));
      long end = Math.min(to, all.end(run));
      if (first < end) {
        list.add(new Area(object, first, end - first));
      }
    }
  }

  private void countElsewhere() throws IOException {
    for (ProcessState process : checkpoint.processes()) {
      for (Vma vma : process.vmas()) {
        if (filter.takesProcess(process.pid())
            && filter.takes(vma)
            && vma.kind() == Vma.Kind.FILE) {
          long missing = vma.numPages() - present(vma);
          pagesElsewhere += missing;
          mappingsElsewhere += missing > 0 ? 1 : 0;
        }
      }
    }
  }

  private long present(Vma vma) throws IOException {
    PageRuns all = runs.of(vma.object());
    long end = vma.objectPage() + vma.numPages();
    long present = 0;
    for (int run = Math.max(0, all.floor(vma.objectPage()));
        run < all.size() && all.first(run) < end;
        run++) {
      long from = Math.max(vma.objectPage(), all.first(run));
      present += Math.max(0, Math.min(end, all.end(run)) - from);
    }
    return present;
  }
}
