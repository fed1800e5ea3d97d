package org.ckimg.tools.input;

import java.io.IOException;
import org.ckimg.interop.FormatKnowledge;
import org.ckimg.reader.PageTotals;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Origin;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/**
 * What a view looks at, whatever format it came in.
 *
 * @param image the container
 * @param checkpoint what is in it
 * @param pages how its pages are kept
 */
public record Subject(ImageFacts image, Checkpoint checkpoint, PageKinds pages) {
  /** Pages of a mapping that the image has. */
  public PageTotals pages(Vma vma) throws IOException {
    boolean has =
        vma.object().isPresent() && vma.object().getAsInt() <= checkpoint.objects().size();
    return !has
        ? PageTotals.NONE
        : pages.count(vma.object().getAsInt(), vma.objectPage(), vma.numPages());
  }

  /** Pages of all mappings of a process that the image has. */
  public PageTotals pages(ProcessState process) throws IOException {
    PageTotals sum = PageTotals.NONE;
    for (Vma vma : process.vmas()) {
      sum = sum.plus(pages(vma));
    }
    return sum;
  }

  /** The format that this was converted from, else its own. */
  public String source() {
    return checkpoint.origin().flatMap(Origin::source).map(Bytes::toString).orElse(image.format());
  }

  /**
   * False when a table was cut away, or when the source says nothing of what it holds: then an
   * empty list is not the same as that there was nothing.
   */
  public boolean knows(SectionType table) {
    return image.knows(table) && !FormatKnowledge.of(source()).silent().contains(table);
  }

  /** True when a page of anonymous memory that the image does not have was never written to. */
  public boolean hasAllTouchedPages() {
    return image.complete() && !checkpoint.partial() && FormatKnowledge.of(source()).touchedPages();
  }

  /** Bytes of address space that a process has mapped. */
  public long mappedBytes(ProcessState process) {
    return process.vmas().stream().mapToLong(Vma::numPages).sum() << checkpoint.host().pageShift();
  }
}
