package org.ckimg.tools.text;

import java.util.ArrayList;
import java.util.List;
import org.ckimg.reader.SectionInfo;
import org.ckimg.spec.Format;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.input.Subject;

/** The container: sections in file order. */
final class SectionsView implements View.Printer {
  private static final int DIGITS = 16;

  @Override
  public void print(Subject subject, List<ProcessState> processes, Paper paper) {
    paper.heading(Human.count(subject.image().sections().size(), "section"));
    TextTable table =
        new TextTable(
            ">NR", "SECTION", "TYPE", ">OFFSET", ">META", ">DATA", ">PAGES", "FLAGS", "LEAF");
    for (SectionInfo section : subject.image().sections()) {
      table.row(
          section.number(),
          section.name(),
          "0x%04x".formatted(section.type()),
          Human.hex(section.offset()),
          section.metaBytes(),
          section.dataBytes(),
          section.pages().pages(),
          Cells.list(flags(section.flags())),
          Cells.of(section.leaf().map(leaf -> leaf.toString().substring(0, DIGITS) + "…")));
    }
    paper.table(table);
  }

  /** Names of the flags of a section head. */
  private static List<String> flags(int flags) {
    List<String> names = new ArrayList<>();
    if ((flags & Format.FLAG_CRITICAL) != 0) {
      names.add("critical");
    }
    if ((flags & Format.FLAG_SAFE_TO_COPY) != 0) {
      names.add("copy");
    }
    if ((flags & Format.FLAG_MORE) != 0) {
      names.add("more");
    }
    return names;
  }
}
