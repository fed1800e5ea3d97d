package org.ckimg.tools.json;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.interop.Annex;
import org.ckimg.interop.Row;
import org.ckimg.reader.PageTotals;
import org.ckimg.reader.SectionInfo;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Terminal;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.decode.TerminalModes;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.HostNames;
import org.ckimg.tools.symbols.Symbolizer;

/** The document {@code ckimg.inspect/1}. */
public final class InspectJson {
  private final Json json;
  private final Subject subject;
  private final Checkpoint checkpoint;

  private InspectJson(Json json, Subject subject) {
    this.json = json;
    this.subject = subject;
    this.checkpoint = subject.checkpoint();
  }

  /** Writes all views of {@code processes}, some or all of those of {@code subject}. */
  public static void write(Subject subject, List<ProcessState> processes, PrintWriter out)
      throws IOException {
    try (Json json = new Json(out)) {
      write(subject, processes, json);
    }
  }

  static void write(Subject subject, List<ProcessState> processes, Json json) throws IOException {
    json.object(() -> new InspectJson(json, subject).document(processes));
  }

  private void document(List<ProcessState> processes) throws IOException {
    json.text("schema", "ckimg.inspect/1");
    json.object("image", new ImageJson(json, subject)::fields);
    json.object("host", this::host);
    try (Symbolizer symbolizer = Symbolizer.of(subject)) {
      ProcessJson process = new ProcessJson(json, subject, symbolizer);
      json.objects("processes", processes, process::fields);
    }
    if (subject.knows(SectionType.TERMINALS)) {
      json.objects("terminals", checkpoint.terminals(), this::terminal);
    }
    if (subject.image().knows(SectionType.OBJECTS)) {
      json.objects("objects", checkpoint.objects(), this::object);
    }
    json.objects("sections", subject.image().sections(), this::section);
    if (!subject.image().annexes().isEmpty()) {
      json.object("annexes", () -> annexes(subject.image().annexes()));
    }
    json.strings("warnings", subject.image().warnings());
  }

  private void terminal(Terminal terminal) throws IOException {
    json.text(
        "path", References.file(checkpoint, OptionalInt.of(terminal.file())).map(FileFacts::path));
    json.strings("modes", TerminalModes.of(terminal));
    json.number("rows", terminal.rows());
    json.number("columns", terminal.columns());
    if (terminal.input().isPresent()) {
      json.number("inputBytes", length(terminal.input().get().queue()));
    }
    if (terminal.slave().isPresent()) {
      json.number("outputBytes", length(terminal.slave().get().output()));
      json.flag("exclusive", terminal.slave().get().exclusive());
      json.flag("hungUp", terminal.slave().get().hungUp());
      json.flag("stopped", terminal.slave().get().stopped());
    }
  }

  private long length(OptionalInt queue) {
    return queue.isPresent() ? checkpoint.object(queue.getAsInt()).length() : 0;
  }

  private void annexes(List<Annex> annexes) throws IOException {
    for (Annex annex : annexes) {
      json.objects(annex.name(), annex.rows(), this::row);
    }
  }

  private void row(Row row) throws IOException {
    for (Map.Entry<String, String> value : row.values().entrySet()) {
      json.text(value.getKey(), value.getValue());
    }
  }

  private void host() throws IOException {
    Host host = checkpoint.host();
    json.text("arch", HostNames.machine(host.machine()));
    json.text("byteOrder", host.bigEndian() ? "big" : "little");
    json.text("system", HostNames.system(host.system()));
    json.text("kernel", host.kernelRelease());
    json.number("pageSize", host.pageSize());
    json.text("cpuFeatures", host.cpuFeatures());
    json.hex("xcr0", host.xcr0());
    json.number("xsaveBytes", host.xsaveBytes());
    json.text("vdso", host.vdso().map(vdso -> vdso.digest().toString()));
  }

  private void object(MemoryObject object) throws IOException {
    PageTotals pages = subject.pages().total(object.id());
    json.number("object", object.id());
    json.text("kind", object.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    if (object.owner().isPresent()) {
      json.number("pid", checkpoint.processes().get(object.owner().getAsInt()).pid());
    } else {
      json.number("bytes", object.length());
    }
    json.number("parentObject", object.base());
    json.number("pages", pages.pages());
    json.number("storedPages", pages.stored() + pages.repeated());
    json.number("repeatedPages", pages.repeated());
    json.number("zeroPages", pages.zero());
    json.number("parentPages", pages.inherited());
  }

  private void section(SectionInfo section) throws IOException {
    json.number("number", section.number());
    json.text("name", section.name());
    json.number("type", section.type());
    json.number("flags", section.flags());
    json.id("item", section.item());
    json.number("offset", section.offset());
    json.number("metaBytes", section.metaBytes());
    json.number("dataBytes", section.dataBytes());
    json.text("leaf", section.leaf());
  }
}
