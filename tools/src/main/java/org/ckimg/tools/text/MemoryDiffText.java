package org.ckimg.tools.text;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.diff.ByteBlock;
import org.ckimg.tools.diff.ByteComparison;
import org.ckimg.tools.diff.Change;
import org.ckimg.tools.diff.Diff;
import org.ckimg.tools.diff.FieldDiff;
import org.ckimg.tools.diff.PageChange;
import org.ckimg.tools.diff.PageDiff;
import org.ckimg.tools.diff.PageRange;
import org.ckimg.tools.diff.ProcessDiff;
import org.ckimg.tools.diff.VmaDiff;

/** Mappings and pages of a process that differ. */
final class MemoryDiffText {
  /** More are counted; the document lists them all. */
  private static final int RANGES = 10;

  private static final int TEXT = 60;

  private final Diff diff;
  private final ProcessDiff process;
  private final Paper paper;
  private final int shift;

  MemoryDiffText(Diff diff, ProcessDiff process, Paper paper) {
    this.diff = diff;
    this.process = process;
    this.paper = paper;
    this.shift = diff.a().checkpoint().host().pageShift();
  }

  void printMappings() {
    for (VmaDiff vma : process.vmas()) {
      DiffText.mark(paper, vma.change(), " ", mapping(vma));
    }
  }

  private String mapping(VmaDiff vma) {
    Vma known = vma.b().or(vma::a).orElseThrow();
    Checkpoint checkpoint = vma.b().isPresent() ? diff.b().checkpoint() : diff.a().checkpoint();
    String label = Mappings.label(checkpoint, known);
    String what =
        "mapping %s %s%s"
            .formatted(
                range(vma.firstPage(), vma.endPage()),
                Human.bytes(vma.endPage() - vma.firstPage() << shift),
                label.isEmpty() ? " anonymous" : " " + label);
    return what + how(vma, known) + (vma.gainsExecute() ? paper.style().bad(" GAINS EXECUTE") : "");
  }

  private String how(VmaDiff vma, Vma known) {
    return switch (vma.change()) {
      case RESIZED -> ": " + resized(vma.a().orElseThrow(), vma.b().orElseThrow());
      case PROTECTION, CHANGED ->
          ": " + vma.fields().stream().map(this::field).collect(Collectors.joining(", "));
      default -> " " + Mappings.protection(known);
    };
  }

  private String field(FieldDiff field) {
    return field.name().equals("prot") ? DiffText.values(field) : DiffText.field(field);
  }

  private String resized(Vma a, Vma b) {
    return "%s, %s -> %s"
        .formatted(
            Mappings.protection(b),
            Human.bytes(a.numPages() << shift),
            Human.bytes(b.numPages() << shift));
  }

  private String range(long firstPage, long endPage) {
    return Long.toHexString(firstPage << shift) + "-" + Long.toHexString(endPage << shift);
  }

  void printPages(boolean bytes) throws IOException {
    PageDiff pages = process.pages();
    if (pages.equals(PageDiff.NONE)) {
      return;
    }
    paper.line(
        "  %s compared%s: %d changed, %d zeroed, %d added, %d dropped%s"
            .formatted(
                Human.count(pages.compared(), "page"),
                pages.read() == 0 ? " by digest" : "",
                pages.changed(),
                pages.zeroed(),
                pages.added(),
                pages.dropped(),
                pages.unknown() == 0
                    ? ""
                    : "; %s only in an image that carries what another leaves out"
                        .formatted(Human.count(pages.unknown(), "page"))));
    printRanges(pages.ranges());
    if (bytes) {
      ByteComparison.forEach(diff, process, this::block);
    }
  }

  /** Those of one mapping together. */
  private void printRanges(List<PageRange> ranges) {
    List<PageRange> group = new ArrayList<>();
    String owner = "";
    for (PageRange range : ranges) {
      String place = place(range);
      if (!place.equals(owner)) {
        printGroup(owner, group);
        group.clear();
        owner = place;
      }
      group.add(range);
    }
    printGroup(owner, group);
  }

  private String place(PageRange range) {
    boolean now = range.change() != PageChange.DROPPED;
    Optional<ProcessState> state = now ? process.b() : process.a();
    Checkpoint checkpoint = now ? diff.b().checkpoint() : diff.a().checkpoint();
    Mappings mappings = new Mappings(checkpoint, state.orElseThrow());
    return mappings
        .at(range.firstPage() << shift)
        .map(vma -> "%s %s".formatted(range(vma.firstPage(), vma.endPage()), mappings.name(vma)))
        .orElse("");
  }

  private void printGroup(String owner, List<PageRange> group) {
    if (group.isEmpty()) {
      return;
    }
    paper.line("  pages of " + owner);
    for (PageRange range : group.subList(0, Math.min(RANGES, group.size()))) {
      Change mark =
          switch (range.change()) {
            case ADDED -> Change.ADDED;
            case DROPPED -> Change.REMOVED;
            default -> Change.CHANGED;
          };
      DiffText.mark(
          paper,
          mark,
          "   ",
          "%s %s, %s"
              .formatted(
                  range(range.firstPage(), range.endPage()),
                  range.change(),
                  Human.count(range.endPage() - range.firstPage(), "page")));
    }
    if (group.size() > RANGES) {
      List<PageRange> rest = group.subList(RANGES, group.size());
      long pages = rest.stream().mapToLong(r -> r.endPage() - r.firstPage()).sum();
      paper.line(
          "     and %s in %s more, which --json lists"
              .formatted(Human.count(pages, "page"), Human.count(rest.size(), "range")));
    }
  }

  private void block(ByteBlock block) {
    for (int at = 0; at < block.a().length; at += ByteBlock.ROW) {
      String address = Long.toHexString(block.address() + at);
      paper.line(
          paper.style().bad("    - " + address + "  " + HexDump.row(block.a(), at, ByteBlock.ROW)));
      paper.line(
          paper
              .style()
              .good("    + " + address + "  " + HexDump.row(block.b(), at, ByteBlock.ROW)));
    }
    for (ByteBlock.TextDiff text : block.texts()) {
      paper.line(
          "      text at %x: %s -> %s"
              .formatted(text.address(), quoted(text.a()), quoted(text.b())));
    }
  }

  private static String quoted(String text) {
    if (text.isEmpty()) {
      return "none";
    }
    return text.length() <= TEXT ? "\"" + text + "\"" : "\"" + text.substring(0, TEXT) + "…\"";
  }
}
