package org.ckimg.tools.text;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Terminal;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.decode.TerminalModes;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.OpenFlags;
import org.ckimg.tools.names.SealNames;

/** Descriptors: those with one number in column OFD share flags and position. */
final class FdsView implements View.ProcessPrinter {
  /** Tables that say what a descriptor holds, in file order. */
  private static final Set<SectionType> STATES =
      EnumSet.range(SectionType.EVENTS, SectionType.OBJECTS);

  @Override
  public void print(Subject subject, ProcessState process, Paper paper) {
    Checkpoint checkpoint = subject.checkpoint();
    TextTable table = new TextTable(">FD", ">OFD", "TYPE", ">POSITION", "FLAGS", "FILE");
    for (FdEntry fd : process.fds()) {
      Optional<OpenFile> open = References.description(checkpoint, fd.description());
      table.row(
          number(fd),
          fd.description(),
          Cells.of(open.map(o -> o.type().name().toLowerCase(Locale.ROOT))),
          open.map(o -> Cells.of(o.position(), Long::toString)).orElse(Cells.ABSENT),
          flags(checkpoint, fd, open),
          Cells.of(open.map(o -> file(checkpoint, o))));
    }
    paper.table(table);
    if (process.sharedWith().files().isPresent()) {
      paper.line("  one table with process " + process.sharedWith().files().getAsInt());
    } else if (table.isEmpty()) {
      paper.line("  no descriptors");
    }
    if (!process.fds().stream().allMatch(FdEntry::isOfProcess)) {
      paper.line("  T:N is descriptor N in the table that thread T has of its own");
    }
    StateTables.print(checkpoint, process, paper);
    sayWhatWasCut(subject, paper);
    locks(checkpoint, process, paper);
    terminals(checkpoint, process, paper);
  }

  /** {@code 3}, and {@code 12:3} in the table of thread 12. */
  static String number(FdEntry fd) {
    return fd.thread().isPresent() ? fd.thread().getAsInt() + ":" + fd.number() : "" + fd.number();
  }

  /** The first table that is not whole; nothing is known of those behind it either. */
  private static void sayWhatWasCut(Subject subject, Paper paper) {
    STATES.stream()
        .filter(table -> !subject.image().knows(table))
        .findFirst()
        .ifPresent(table ->
            paper.line(
                "  what they hold is not known: the image was cut before the end of " + table));
  }

  private static String flags(Checkpoint checkpoint, FdEntry fd, Optional<OpenFile> open) {
    List<String> names = new ArrayList<>();
    open.ifPresent(o -> names.addAll(OpenFlags.of(checkpoint.host(), o.flags())));
    if (fd.closeOnExec()) {
      names.add("FD_CLOEXEC");
    }
    return Cells.list(names);
  }

  private static String file(Checkpoint checkpoint, OpenFile open) {
    Optional<FileFacts> file = References.file(checkpoint, open.file());
    OptionalInt seals = file.map(FileFacts::seals).orElse(OptionalInt.empty());
    return Cells.path(file)
        + (seals.orElse(0) == 0 ? "" : " (" + Cells.list(SealNames.of(seals.getAsInt())) + ")")
        + (open.captured() ? "" : " (not captured)");
  }

  private static void locks(Checkpoint checkpoint, ProcessState process, Paper paper) {
    TextTable table = new TextTable("LOCK", "MODE", ">OFD", ">FROM", ">BYTES", "FILE");
    for (FileLock lock : process.locks()) {
      table.row(
          lock.kind().name().toLowerCase(Locale.ROOT),
          lock.exclusive() ? "exclusive" : "shared",
          Cells.of(lock.description()),
          lock.start(),
          lock.length() == 0 ? "to the end" : Long.toString(lock.length()),
          Cells.path(References.file(checkpoint, OptionalInt.of(lock.file()))));
    }
    paper.table(table);
  }

  private static void terminals(Checkpoint checkpoint, ProcessState process, Paper paper) {
    TextTable table = new TextTable("TERMINAL", ">ROWS", ">COLUMNS", "MODES");
    for (Terminal terminal : checkpoint.terminals()) {
      if (isOpen(checkpoint, process, terminal)) {
        table.row(
            Cells.path(References.file(checkpoint, OptionalInt.of(terminal.file()))),
            terminal.rows(),
            terminal.columns(),
            Cells.list(TerminalModes.of(terminal)));
      }
    }
    paper.table(table);
  }

  private static boolean isOpen(Checkpoint checkpoint, ProcessState process, Terminal terminal) {
    return process.fds().stream()
        .flatMap(fd -> References.description(checkpoint, fd.description()).stream())
        .anyMatch(open -> open.file().orElse(0) == terminal.file());
  }
}
