package org.ckimg.tools.text;

import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Origin;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.decode.Times;
import org.ckimg.tools.diff.Change;
import org.ckimg.tools.diff.Diff;
import org.ckimg.tools.diff.FdDiff;
import org.ckimg.tools.diff.FieldDiff;
import org.ckimg.tools.diff.ProcessDiff;
import org.ckimg.tools.diff.RegisterDiff;
import org.ckimg.tools.diff.SignalDiff;
import org.ckimg.tools.diff.ThreadDiff;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.SignalFlags;
import org.ckimg.tools.names.SignalNames;
import org.ckimg.tools.symbols.AddressNames;

/** What differs between two images, for people: a line for each thing, marked +, - or ~. */
public final class DiffText {
  private final Diff diff;
  private final Paper paper;
  private final boolean bytes;
  private final AddressNames namesA;
  private final AddressNames namesB;

  private DiffText(
      Diff diff, Paper paper, boolean bytes, AddressNames namesA, AddressNames namesB) {
    this.diff = diff;
    this.paper = paper;
    this.bytes = bytes;
    this.namesA = namesA;
    this.namesB = namesB;
  }

  /**
   * Prints it.
   *
   * @param bytes true for the bytes that differ too, which are read for it
   */
  public static void print(Diff diff, boolean bytes, Paper paper) throws IOException {
    try (AddressNames a = new AddressNames(diff.a());
        AddressNames b = new AddressNames(diff.b())) {
      new DiffText(diff, paper, bytes, a, b).document();
    }
  }

  private void document() throws IOException {
    paper.line(paper.style().label("--- " + image(diff.a())));
    paper.line(paper.style().label("+++ " + image(diff.b())));
    for (ProcessDiff process : diff.processes()) {
      process(process);
    }
    if (diff.same()) {
      paper.line(paper.style().good("same"));
    }
  }

  private static String image(Subject subject) {
    String created =
        subject
            .checkpoint()
            .origin()
            .map(Origin::createdNanos)
            .filter(OptionalLong::isPresent)
            .map(time -> ", " + Times.iso(time.getAsLong()))
            .orElse("");
    return "%s: %s image%s".formatted(subject.image().name(), subject.image().format(), created);
  }

  private void process(ProcessDiff process) throws IOException {
    ProcessState known = process.b().or(process::a).orElseThrow();
    String title = View.title(process.a().or(process::b).orElseThrow());
    String moved =
        process.a().isPresent() && process.a().get().pid() != known.pid()
            ? ", now " + known.pid()
            : "";
    switch (process.change()) {
      case ADDED -> mark(Change.ADDED, "", title + ": " + Cells.command(known));
      case REMOVED -> mark(Change.REMOVED, "", title + ": " + Cells.command(known));
      default -> {
        paper.heading(title + moved + ": " + process.change());
        differences(process);
      }
    }
  }

  private void differences(ProcessDiff process) throws IOException {
    process.fields().forEach(field -> mark(Change.CHANGED, " ", field(field)));
    for (ThreadDiff thread : process.threads()) {
      thread(thread, process);
    }
    for (SignalDiff signal : process.signals()) {
      signal(signal, process);
    }
    DescriptorText descriptors = new DescriptorText(diff);
    for (FdDiff fd : process.fds()) {
      mark(fd.change(), " ", descriptors.line(fd));
    }
    MemoryDiffText memory = new MemoryDiffText(diff, process, paper);
    memory.printMappings();
    memory.printPages(bytes);
    if (!process.notCompared().isEmpty()) {
      paper.line(
          paper
              .style()
              .label(
                  "  not compared, as one image does not know: " + topics(process.notCompared())));
    }
  }

  /** {@code layout} stands for all of {@code layout.brk} and the like. */
  private static String topics(List<String> names) {
    return names.stream()
        .map(name -> name.replaceFirst("^((threads|fds|vmas|signals)[.])?([^.]*).*", "$1$3"))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private void mark(Change change, String indent, String text) {
    mark(paper, change, indent, text);
  }

  static void mark(Paper paper, Change change, String indent, String text) {
    Style style = paper.style();
    paper.line(
        switch (change) {
          case ADDED -> style.good(indent + "+ " + text);
          case REMOVED -> style.bad(indent + "- " + text);
          case SAME -> indent + "  " + text;
          case CHANGED, REPLACED, RESIZED, PROTECTION -> indent + style.warning("~ ") + text;
        });
  }

  static String field(FieldDiff field) {
    return field.name() + " " + values(field);
  }

  /** From one to the other; what was not there is none. */
  static String values(FieldDiff field) {
    return field.a().orElse("none") + " -> " + field.b().orElse("none");
  }

  private void thread(ThreadDiff thread, ProcessDiff process) throws IOException {
    if (thread.change() == Change.SAME) {
      return;
    }
    ThreadState known = thread.a().or(thread::b).orElseThrow();
    String moved =
        thread
            .b()
            .filter(now -> now.tid() != known.tid())
            .map(now -> ", now " + now.tid())
            .orElse("");
    mark(
        thread.change(),
        " ",
        "thread " + known.tid() + known.comm().map(name -> " " + name).orElse("") + moved);
    thread.fields().forEach(field -> mark(Change.CHANGED, "   ", field(field)));
    if (!thread.registers().isEmpty()) {
      registers(thread.registers(), process);
    }
  }

  /** Those without a name of their own are counted. */
  private void registers(List<RegisterDiff> registers, ProcessDiff process) throws IOException {
    TextTable table = new TextTable("  REGISTER", "WAS", "IS");
    List<RegisterDiff> named = registers.stream().filter(r -> r.name().indexOf('+') < 0).toList();
    for (RegisterDiff register : named) {
      table.row(
          "  " + register.name(),
          value(register, register.a(), namesA, process.a()),
          value(register, register.b(), namesB, process.b()));
    }
    paper.table(table);
    if (named.size() < registers.size()) {
      paper.line(
          "    and %s of further registers, which --json lists"
              .formatted(Human.count(registers.size() - named.size(), "word")));
    }
  }

  private static String value(
      RegisterDiff register, BigInteger value, AddressNames names, Optional<ProcessState> process)
      throws IOException {
    String hex = "0x" + value.toString(16);
    return register.general() && process.isPresent()
        ? names.of(process.get(), value.longValue()).map(place -> hex + " " + place).orElse(hex)
        : hex;
  }

  private void signal(SignalDiff signal, ProcessDiff process) throws IOException {
    Host hostA = diff.a().checkpoint().host();
    Host hostB = diff.b().checkpoint().host();
    mark(
        Change.CHANGED,
        " ",
        "%s %s -> %s"
            .formatted(
                SignalNames.of(hostA).name(signal.a().number()),
                action(signal.a(), hostA, namesA, process.a().orElseThrow()),
                action(signal.b(), hostB, namesB, process.b().orElseThrow())));
  }

  private static String action(
      SignalAction action, Host host, AddressNames places, ProcessState process)
      throws IOException {
    if (action.handler() == 0) {
      return "default";
    }
    if (action.handler() == 1) {
      return "ignore";
    }
    String handler =
        places.of(process, action.handler()).orElseGet(() -> Human.hex(action.handler()));
    String flags = String.join(",", SignalFlags.action(host, action.flags()));
    String mask =
        SignalNames.of(host).mask(action.mask()).stream().collect(Collectors.joining(","));
    return handler
        + (flags.isEmpty() ? "" : " " + flags)
        + (mask.isEmpty() ? "" : " blocks " + mask);
  }
}
