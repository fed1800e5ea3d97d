package org.ckimg.tools.json;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Optional;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.diff.ByteBlock;
import org.ckimg.tools.diff.ByteComparison;
import org.ckimg.tools.diff.Diff;
import org.ckimg.tools.diff.FdDiff;
import org.ckimg.tools.diff.FieldDiff;
import org.ckimg.tools.diff.PageDiff;
import org.ckimg.tools.diff.PageRange;
import org.ckimg.tools.diff.ProcessDiff;
import org.ckimg.tools.diff.RegisterDiff;
import org.ckimg.tools.diff.SignalDiff;
import org.ckimg.tools.diff.ThreadDiff;
import org.ckimg.tools.diff.VmaDiff;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.symbols.AddressNames;

/** The document {@code ckimg.diff/1}, also as a step of {@code ckimg.timeline/1}. */
public final class DiffJson {
  private final Json json;
  private final Diff diff;
  private final boolean bytes;
  private final Side sideA;
  private final Side sideB;
  private final int shift;

  /** Writers of what one image has; the same as in the document of {@code inspect}. */
  private record Side(
      AddressNames names, DescriptorJson descriptors, SignalJson signals, MemoryJson memory)
      implements Closeable {
    static Side of(Json json, Subject subject) {
      return new Side(
          new AddressNames(subject),
          new DescriptorJson(json, subject),
          new SignalJson(json, subject.checkpoint().host()),
          new MemoryJson(json, subject));
    }

    Optional<String> place(Optional<ProcessState> process, BigInteger value) throws IOException {
      return process.isPresent() ? names.of(process.get(), value.longValue()) : Optional.empty();
    }

    @Override
    public void close() throws IOException {
      names.close();
    }
  }

  DiffJson(Json json, Diff diff, boolean bytes) {
    this.json = json;
    this.diff = diff;
    this.bytes = bytes;
    this.sideA = Side.of(json, diff.a());
    this.sideB = Side.of(json, diff.b());
    this.shift = diff.a().checkpoint().host().pageShift();
  }

  /**
   * Writes it.
   *
   * @param bytes true for the bytes that differ too, which are read for it
   */
  public static void write(Diff diff, boolean bytes, PrintWriter out) throws IOException {
    try (Json json = new Json(out)) {
      write(diff, bytes, json);
    }
  }

  static void write(Diff diff, boolean bytes, Json json) throws IOException {
    json.object(() -> {
      json.text("schema", "ckimg.diff/1");
      new DiffJson(json, diff, bytes).fields();
    });
  }

  void fields() throws IOException {
    json.flag("same", diff.same());
    json.object("a", new ImageJson(json, diff.a())::fields);
    json.object("b", new ImageJson(json, diff.b())::fields);
    try (sideA;
        sideB) {
      json.objects("processes", diff.processes(), this::process);
    }
  }

  private void process(ProcessDiff process) throws IOException {
    if (process.a().isPresent()) {
      json.number("pidA", process.a().get().pid());
    }
    if (process.b().isPresent()) {
      json.number("pidB", process.b().get().pid());
    }
    ProcessState known = process.b().or(process::a).orElseThrow();
    json.text("comm", known.comm());
    json.text("change", process.change());
    json.objects("fields", process.fields(), this::field);
    json.objects("threads", process.threads(), thread -> thread(thread, process));
    json.objects("signals", process.signals(), this::signal);
    json.objects("fds", process.fds(), this::fd);
    json.objects("vmas", process.vmas(), this::vma);
    json.object("pages", () -> pages(process.pages()));
    if (bytes) {
      json.<ByteBlock>stream(
          "bytes", element -> ByteComparison.forEach(diff, process, element::write), this::block);
    }
    json.strings("notCompared", process.notCompared());
  }

  private void field(FieldDiff field) throws IOException {
    json.text("name", field.name());
    json.text("a", field.a());
    json.text("b", field.b());
  }

  private void thread(ThreadDiff thread, ProcessDiff process) throws IOException {
    if (thread.a().isPresent()) {
      json.number("tidA", thread.a().get().tid());
    }
    if (thread.b().isPresent()) {
      json.number("tidB", thread.b().get().tid());
    }
    json.text("change", thread.change());
    json.objects("registers", thread.registers(), register -> register(register, process));
    json.objects("fields", thread.fields(), this::field);
  }

  private void register(RegisterDiff register, ProcessDiff process) throws IOException {
    json.text("name", register.name());
    json.text("a", "0x" + register.a().toString(16));
    json.text("b", "0x" + register.b().toString(16));
    if (register.general()) {
      json.text("placeA", sideA.place(process.a(), register.a()));
      json.text("placeB", sideB.place(process.b(), register.b()));
    }
  }

  private void signal(SignalDiff signal) throws IOException {
    json.text("signal", sideA.signals.name(signal.a()));
    json.object("a", () -> sideA.signals.action(signal.a()));
    json.object("b", () -> sideB.signals.action(signal.b()));
  }

  private void fd(FdDiff fd) throws IOException {
    json.number("fd", fd.latest().number());
    json.number("ofThread", fd.latest().thread());
    json.text("change", fd.change());
    json.object("a", fd.a(), sideA.descriptors::fd);
    json.object("b", fd.b(), sideB.descriptors::fd);
    json.strings("fields", fd.fields().stream().map(FieldDiff::name).toList());
  }

  private void vma(VmaDiff vma) throws IOException {
    json.text("change", vma.change());
    range(vma.firstPage(), vma.endPage());
    json.object("a", vma.a(), sideA.memory::vma);
    json.object("b", vma.b(), sideB.memory::vma);
    json.strings("fields", vma.fields().stream().map(FieldDiff::name).toList());
    json.flag("gainsExecute", vma.gainsExecute());
  }

  private void range(long firstPage, long endPage) throws IOException {
    json.hex("start", firstPage << shift);
    json.hex("end", endPage << shift);
  }

  private void pages(PageDiff pages) throws IOException {
    json.number("compared", pages.compared());
    json.number("changed", pages.changed());
    json.number("zeroed", pages.zeroed());
    json.number("added", pages.added());
    json.number("dropped", pages.dropped());
    json.number("unknown", pages.unknown());
    json.number("read", pages.read());
    json.objects("ranges", pages.ranges(), this::pageRange);
  }

  private void pageRange(PageRange range) throws IOException {
    range(range.firstPage(), range.endPage());
    json.text("change", range.change());
  }

  private void block(ByteBlock block) throws IOException {
    json.hex("address", block.address());
    json.text("a", HexFormat.of().formatHex(block.a()));
    json.text("b", HexFormat.of().formatHex(block.b()));
    json.objects("texts", block.texts(), this::text);
  }

  private void text(ByteBlock.TextDiff text) throws IOException {
    json.hex("address", text.address());
    json.text("a", text.a());
    json.text("b", text.b());
  }
}
