package org.ckimg.tools.text;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ckimg.reader.PageTotals;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.input.Subject;

/** Mappings, and how many of their bytes the image has. */
final class MapsView implements View.ProcessPrinter {
  @Override
  public void print(Subject subject, ProcessState process, Paper paper) throws IOException {
    Checkpoint checkpoint = subject.checkpoint();
    int shift = checkpoint.host().pageShift();
    TextTable table =
        new TextTable(
            ">START", ">END", "PROT", ">SIZE", ">STORED", ">ZERO", ">PARENT", "KIND", "WHAT");
    for (Vma vma : process.vmas()) {
      PageTotals pages = subject.pages(vma);
      table.row(
          Long.toHexString(Mappings.start(vma, shift)),
          Long.toHexString(Mappings.end(vma, shift)),
          Mappings.protection(vma) + (vma.shared() ? "s" : "p"),
          Human.bytes(vma.numPages() << shift),
          size(pages.stored() + pages.repeated(), shift),
          size(pages.zero(), shift),
          size(pages.inherited(), shift),
          vma.kind().name().toLowerCase(Locale.ROOT),
          what(checkpoint, vma));
    }
    paper.table(table);
    if (table.isEmpty()) {
      paper.line("  no mappings");
    }
  }

  private static String size(long pages, int shift) {
    return pages == 0 ? Cells.ABSENT : Human.bytes(pages << shift);
  }

  private static String what(Checkpoint checkpoint, Vma vma) {
    List<String> words = new ArrayList<>();
    String label = Mappings.label(checkpoint, vma);
    if (!label.isEmpty()) {
      words.add(label + offset(vma, checkpoint.host().pageShift()));
    }
    Mappings.file(checkpoint, vma).filter(f -> f.deleted()).ifPresent(f -> words.add("(deleted)"));
    vma.flags().stream()
        .filter(flag -> flag != VmaFlag.SHARED && flag != VmaFlag.ACCOUNTED)
        .sorted()
        .forEach(flag -> words.add(flag.name().toLowerCase(Locale.ROOT)));
    return String.join(" ", words);
  }

  private static String offset(Vma vma, int shift) {
    return vma.filePage() == 0 ? "" : "+0x" + Long.toHexString(vma.filePage() << shift);
  }
}
