package org.ckimg.tools.json;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.reader.PageTotals;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.decode.Strings;
import org.ckimg.tools.decode.WaitStatus;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.ResourceNames;
import org.ckimg.tools.names.SignalNames;
import org.ckimg.tools.stacks.Unwinder;
import org.ckimg.tools.symbols.Symbolizer;

/** A process of {@code ckimg.inspect/1}. */
final class ProcessJson {
  private final Json json;
  private final Subject subject;
  private final Checkpoint checkpoint;
  private final SignalNames signalNames;
  private final SignalJson signals;
  private final ThreadJson threads;
  private final MemoryJson memory;
  private final DescriptorJson descriptors;
  private final StackJson stacks;
  private final Symbolizer symbolizer;

  ProcessJson(Json json, Subject subject, Symbolizer symbolizer) {
    this.json = json;
    this.subject = subject;
    this.checkpoint = subject.checkpoint();
    this.signalNames = SignalNames.of(checkpoint.host());
    this.signals = new SignalJson(json, checkpoint.host());
    this.threads = new ThreadJson(json, checkpoint);
    this.memory = new MemoryJson(json, subject);
    this.descriptors = new DescriptorJson(json, subject);
    this.stacks = new StackJson(json);
    this.symbolizer = symbolizer;
  }

  void fields(ProcessState process) throws IOException {
    identity(process);
    image(process);
    attributes(process.attributes());
    if (!process.threads().isEmpty()) {
      threads.credentials(process.leader().credentials());
    }
    if (knows(SectionType.THREADS)) {
      Unwinder unwinder = new Unwinder(process, symbolizer.symbols(process));
      json.objects("threads", process.threads(), thread -> thread(thread, unwinder));
    }
    if (knows(SectionType.SIGNALS)) {
      json.object("signals", () -> signals.fields(process));
    }
    if (knows(SectionType.TIMERS)) {
      json.objects("timers", process.timers(), signals::timer);
    }
    if (knows(SectionType.LIMITS)) {
      json.objects("limits", process.limits(), this::limit);
    }
    if (knows(SectionType.FDS)) {
      json.objects("fds", process.fds(), descriptors::fd);
    }
    if (knows(SectionType.LOCKS)) {
      json.objects("locks", process.locks(), descriptors::lock);
    }
    if (knows(SectionType.VMAS)) {
      PageTotals pages = memory.vmas(process);
      json.object("memory", () -> memory.totals(process, pages));
    }
  }

  private void thread(ThreadState thread, Unwinder unwinder) throws IOException {
    threads.fields(thread);
    stacks.field(unwinder.backtrace(thread));
  }

  private boolean knows(SectionType table) {
    return subject.knows(table);
  }

  private void identity(ProcessState process) throws IOException {
    json.number("pid", process.pid());
    json.number("ppid", process.ids().parent());
    json.number("pgid", process.ids().group());
    json.number("sid", process.ids().session());
    json.text("comm", process.comm());
    json.text("state", process.state().name().toLowerCase(Locale.ROOT));
    if (process.state() == RunState.ZOMBIE && process.exitStatus().isPresent()) {
      exit(process.exitStatus().getAsInt());
    }
    json.number("startNanos", process.startNanos());
  }

  /** A wait(2) status. */
  private void exit(int status) throws IOException {
    WaitStatus ended = WaitStatus.of(status);
    if (ended.signal() == 0) {
      json.number("exitCode", ended.code());
    } else {
      json.text("killedBy", signalNames.name(ended.signal()));
    }
  }

  private void image(ProcessState process) throws IOException {
    path("exe", process.exe());
    if (process.cmdline().isPresent()) {
      json.strings("argv", Strings.split(process.cmdline().get()));
    }
    if (process.environ().isPresent()) {
      json.strings("environment", Strings.split(process.environ().get()));
    }
    path("cwd", process.cwd());
    path("root", process.root());
    if (process.umask().isPresent()) {
      json.text("umask", "%04o".formatted(process.umask().getAsInt()));
    }
    json.number("filesOf", process.sharedWith().files());
    json.number("fsOf", process.sharedWith().fs());
    if (process.auxv().isPresent()) {
      Map<String, Long> entries = Strings.auxiliary(process.auxv().get(), checkpoint.host());
      json.object("auxv", () -> hexes(entries));
    }
    if (process.layout().isPresent()) {
      json.object("layout", () -> layout(process.layout().get()));
    }
  }

  private void hexes(Map<String, Long> values) throws IOException {
    for (Map.Entry<String, Long> entry : values.entrySet()) {
      json.hex(entry.getKey(), entry.getValue());
    }
  }

  private void path(String name, OptionalInt file) throws IOException {
    json.text(name, References.file(checkpoint, file).map(FileFacts::path));
  }

  private void layout(MemoryLayout layout) throws IOException {
    json.hex("startCode", layout.startCode());
    json.hex("endCode", layout.endCode());
    json.hex("startData", layout.startData());
    json.hex("endData", layout.endData());
    json.hex("startBrk", layout.startBrk());
    json.hex("brk", layout.brk());
    json.hex("startStack", layout.startStack());
    json.hex("argStart", layout.argStart());
    json.hex("argEnd", layout.argEnd());
    json.hex("envStart", layout.envStart());
    json.hex("envEnd", layout.envEnd());
  }

  private void attributes(ProcessAttributes attributes) throws IOException {
    json.hex("personality", attributes.personality());
    json.number("dumpable", attributes.dumpable());
    json.number("oomScoreAdj", attributes.oomScoreAdj());
    json.hex("coredumpFilter", attributes.coredumpFilter());
    json.flag("childSubreaper", attributes.childSubreaper());
    json.flag("hugePagesDisabled", attributes.hugePagesDisabled());
    json.number("ttyNumber", attributes.ttyNumber());
    json.number("ttyGroup", attributes.ttyGroup());
    json.number("exitSignal", attributes.exitSignal());
  }

  private void limit(Limit limit) throws IOException {
    json.text("name", ResourceNames.name(limit.resource()));
    bound("soft", limit.soft());
    bound("hard", limit.hard());
  }

  private void bound(String name, long value) throws IOException {
    if (value == Limit.UNLIMITED) {
      json.text(name, "unlimited");
    } else {
      json.unsigned(name, value);
    }
  }
}
