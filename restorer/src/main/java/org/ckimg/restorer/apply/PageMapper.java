package org.ckimg.restorer.apply;

import java.io.IOException;
import org.ckimg.linux.sys.Sys;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.RawRun;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/**
 * Maps pages of private memory from the image: each is read when the program first touches it, and
 * copied when it first writes to it.
 */
final class PageMapper {
  /** Shorter runs are copied: a mapping costs the kernel more than 64 pages cost us. */
  private static final int MIN_PAGES = 64;

  /** Half of what a process may have, vm.max_map_count; where it is lower, mmap(2) says so. */
  private static final int MAX_MAPPINGS = 32_000;

  private static final int PAGE_SHIFT = 12;
  private static final int MAP_PRIVATE_FIXED = 0x12;
  private static final int MAP_NORESERVE = 0x4000;

  private final Construction construction;
  private final PageRuns.Builder mapped = new PageRuns.Builder();
  private int mappings;

  PageMapper(Construction construction) {
    this.construction = construction;
  }

  /** Maps what it can of an object; the pages that are in their place then. */
  PageRuns map(int object, ImageReader image) throws IOException {
    for (Vma vma : construction.image().vmas()) {
      if (vma.object().isPresent() && vma.object().getAsInt() == object && isMappable(vma)) {
        for (RawRun run : image.pages(object).raw(vma.firstPage(), vma.numPages())) {
          if (run.numPages() >= MIN_PAGES && mappings < MAX_MAPPINGS) {
            map(run, vma);
          }
        }
      }
    }
    return mapped.build();
  }

  /**
   * Code and stacks stay what they are: a file system may forbid to execute, and a mapped file does
   * not grow. Nor does what was written once and then protected keep its accounting.
   */
  private static boolean isMappable(Vma vma) {
    return vma.file().isEmpty()
        && !vma.shared()
        && (vma.protection() & Vma.EXECUTE) == 0
        && !vma.flags().contains(VmaFlag.GROWSDOWN)
        && !MemorySteps.onceWritable(vma);
  }

  private void map(RawRun run, Vma vma) throws IOException {
    boolean noReserve = vma.flags().contains(VmaFlag.NORESERVE);
    construction.check(
        "mmap",
        "%d pages of the image at 0x%x".formatted(run.numPages(), run.firstPage() << PAGE_SHIFT),
        Sys.MMAP,
        run.firstPage() << PAGE_SHIFT,
        run.numPages() << PAGE_SHIFT,
        vma.protection(),
        MAP_PRIVATE_FIXED | (noReserve ? MAP_NORESERVE : 0),
        construction.inheritance().image(),
        run.offset());
    mappings++;
    mapped.add(run.firstPage(), run.numPages());
    construction.watcher().mapped(run.numPages() << PAGE_SHIFT);
  }
}
