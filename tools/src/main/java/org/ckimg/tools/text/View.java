package org.ckimg.tools.text;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.input.Subject;

/** The views of {@code ckimg inspect}. */
public enum View {
  SUMMARY(SummaryView::new),
  TREE(TreeView::new),
  THREADS(() -> each(SectionType.THREADS, new ThreadsView())),
  REGISTERS(() -> each(SectionType.REGISTERS, new RegistersView())),
  STACKS(StacksView::new),
  SIGNALS(() -> each(SectionType.SIGNALS, new SignalsView())),
  TIMERS(() -> each(SectionType.TIMERS, new TimersView())),
  FDS(() -> each(SectionType.FDS, new FdsView())),
  MAPS(() -> each(SectionType.VMAS, new MapsView())),
  ENV(() -> each(SectionType.PROCESSES, new EnvView())),
  LIMITS(() -> each(SectionType.LIMITS, new LimitsView())),
  CREDENTIALS(() -> each(SectionType.CREDENTIALS, new CredentialsView())),
  PAGES(PagesView::new),
  SECTIONS(SectionsView::new),
  ANNEXES(AnnexesView::new);

  private final Supplier<Printer> printer;

  View(Supplier<Printer> printer) {
    this.printer = printer;
  }

  /** Prints one view. */
  @FunctionalInterface
  interface Printer {
    /** Prints what {@code processes}, some or all of those of {@code subject}, show. */
    void print(Subject subject, List<ProcessState> processes, Paper paper) throws IOException;
  }

  /** Prints a part of the view for one process. */
  @FunctionalInterface
  interface ProcessPrinter {
    /** Prints what is known of {@code process}. */
    void print(Subject subject, ProcessState process, Paper paper) throws IOException;
  }

  /** Prints this view of {@code processes}, some or all of those of {@code subject}. */
  public void print(Subject subject, List<ProcessState> processes, Paper paper) throws IOException {
    printer.get().print(subject, processes, paper);
  }

  /**
   * What a view that goes process by process does: a heading for each, a gap between them.
   *
   * @param table what the view needs
   */
  static Printer each(SectionType table, ProcessPrinter one) {
    return (subject, processes, paper) -> {
      for (ProcessState process : processes) {
        if (process != processes.getFirst()) {
          paper.gap();
        }
        paper.heading(title(process));
        if (subject.knows(table)) {
          one.print(subject, process, paper);
        } else {
          paper.line("  not known: " + reason(subject, table));
        }
      }
      if (processes.isEmpty()) {
        paper.line("no processes");
      }
    };
  }

  private static String reason(Subject subject, SectionType table) {
    return subject.image().knows(table)
        ? "an image of the format %s does not tell".formatted(subject.source())
        : "the image was cut before the end of " + table;
  }

  /** Such as {@code process 1000 demo}. */
  static String title(ProcessState process) {
    return "process " + process.pid() + name(process);
  }

  /** The leader's name behind a blank, or nothing. */
  static String name(ProcessState process) {
    return process.comm().map(comm -> " " + comm).orElse("");
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
