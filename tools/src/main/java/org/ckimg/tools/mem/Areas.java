package org.ckimg.tools.mem;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/**
 * What there is to look at: all that an image has of private and shared memory, queues and deleted
 * files, each page once however often it is mapped; and what it leaves to files.
 */
public final class Areas {
  private final Checkpoint checkpoint;
  private final MemoryFilter filter;
  private final List<Area> list = new ArrayList<>();
  private final RunCache runs;
  private final Map<Integer, List<long[]>> mapped = new HashMap<>();
  private long pagesElsewhere;
  private int mappingsElsewhere;

  private Areas(Checkpoint checkpoint, MemoryFilter filter) {
    this.checkpoint = checkpoint;
    this.filter = filter;
    this.runs = new RunCache(checkpoint.memory());
  }

  /** What a filter leaves of a checkpoint. */
  public static Areas of(Checkpoint checkpoint, MemoryFilter filter) throws IOException {
    Areas areas = new Areas(checkpoint, filter);
    if (filter.pid().isEmpty() && !filter.asksForMappings()) {
      for (MemoryObject object : checkpoint.objects()) {
        areas.addWhole(object.id());
      }
    } else {
      areas.addChosen();
    }
    areas.countElsewhere();
    return areas;
  }

  /** Bytes of memory in them. */
  public long bytes() {
    return list.stream().mapToLong(Area::numPages).sum() << checkpoint.host().pageShift();
  }

  MemoryFilter filter() {
    return filter;
  }

  /** By object, then page. */
  List<Area> list() {
    return list;
  }

  /** What was gone through when all of them were. */
  Swept swept() {
    return new Swept(bytes(), pagesElsewhere, mappingsElsewhere);
  }

  /** Queues and deleted files belong to whoever has them open; they are no mappings. */
  private void addChosen() throws IOException {
    findMapped();
    ObjectHolders holders = new ObjectHolders(checkpoint);
    for (MemoryObject object : checkpoint.objects()) {
      if (!filter.asksForMappings() && holders.isHeld(object.id(), filter)) {
        addWhole(object.id());
      } else {
        addMapped(object.id());
      }
    }
  }

  private void addWhole(int object) throws IOException {
    PageRuns all = runs.of(OptionalInt.of(object));
    for (int run = 0; run < all.size(); run++) {
      list.add(new Area(object, all.first(run), all.count(run)));
    }
  }

  private void addMapped(int object) throws IOException {
    PageRuns all = runs.of(OptionalInt.of(object));
    for (long[] range : Ranges.joined(mapped.getOrDefault(object, new ArrayList<>()))) {
      addRange(object, all, range[0], range[1]);
    }
  }

  /** Ranges of pages that chosen mappings show, by object. */
  private void findMapped() {
    for (ProcessState process : checkpoint.processes()) {
      for (Vma vma : process.vmas()) {
        if (vma.object().isPresent() && filter.takesProcess(process.pid()) && filter.takes(vma)) {
          long from = Math.max(vma.firstPage(), filter.from());
          long to = Math.min(vma.endPage(), filter.to());
          long offset = vma.objectPage() - vma.firstPage();
          mapped
              .computeIfAbsent(vma.object().getAsInt(), _ -> new ArrayList<>())
              .add(new long[] {from + offset, to + offset});
        }
      }
    }
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
