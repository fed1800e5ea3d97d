package org.ckimg.tools.text;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.ckimg.interop.Container;
import org.ckimg.reader.PageTotals;
import org.ckimg.reader.Signature;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Origin;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.decode.RegisterFile;
import org.ckimg.tools.decode.Times;
import org.ckimg.tools.decode.WaitStatus;
import org.ckimg.tools.input.ImageFacts;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.CapabilityNames;
import org.ckimg.tools.names.HostNames;
import org.ckimg.tools.names.SignalNames;

/** The image on a few lines, and a few lines for each process. */
final class SummaryView implements View.Printer {
  @Override
  public void print(Subject subject, List<ProcessState> processes, Paper paper) throws IOException {
    image(subject, paper);
    for (ProcessState process : processes) {
      paper.gap();
      process(subject, process, paper);
    }
  }

  private static void image(Subject subject, Paper paper) {
    ImageFacts image = subject.image();
    Checkpoint checkpoint = subject.checkpoint();
    Style style = paper.style();
    paper.heading(
        image.name()
            + ": "
            + image.format()
            + " image, "
            + (image.complete() ? style.good("complete") : style.bad("cut short"))
            + (checkpoint.partial() ? ", " + style.bad("partial") : "")
            + (checkpoint.redacted() ? ", " + style.bad("redacted") : ""));
    image.identity().ifPresent(id -> paper.fact("identity", id.toString()));
    checkpoint
        .parent()
        .ifPresent(p -> paper.fact("parent", p.identity() + ", " + p.depth() + " below"));
    image.signature().ifPresent(s -> paper.fact("signed", signed(s)));
    paper.fact(
        "size",
        Human.bytes(image.lengthBytes())
            + (image.isCkimg() ? " in " + Human.count(image.sections().size(), "section") : ""));
    image.container().ifPresent(container -> container(container, paper));
    paper.fact("host", host(checkpoint));
    checkpoint.origin().ifPresent(origin -> origin(origin, paper));
    paper.fact("processes", Integer.toString(checkpoint.processes().size()));
    for (String warning : image.warnings()) {
      paper.fact("warning", style.warning(warning));
    }
  }

  private static void container(Container container, Paper paper) {
    List<String> words = new ArrayList<>();
    container.name().ifPresent(words::add);
    container.id().ifPresent(id -> words.add("id " + id));
    container.image().ifPresent(image -> words.add("of " + image));
    container.engine().ifPresent(engine -> words.add("by " + engine));
    container.created().ifPresent(time -> words.add("made " + time));
    container.checkpointed().ifPresent(time -> words.add("frozen " + time));
    paper.fact("container", String.join(", ", words));
  }

  private static String signed(Signature signature) {
    return "by " + Signature.fingerprint(signature.key()) + "; `ckimg check` proves it";
  }

  private static String host(Checkpoint checkpoint) {
    Host host = checkpoint.host();
    return HostNames.machine(host.machine())
        + ", "
        + HostNames.system(host.system())
        + host.kernelRelease().map(release -> " " + release).orElse("")
        + ", pages of "
        + (host.pageSize() >> 10)
        + " KiB";
  }

  private static void origin(Origin origin, Paper paper) {
    List<String> words = new ArrayList<>();
    origin.createdNanos().ifPresent(nanos -> words.add(Times.iso(nanos)));
    origin.host().ifPresent(name -> words.add("on " + name));
    origin.tool().ifPresent(tool -> words.add("by " + tool));
    origin.source().ifPresent(source -> words.add("from " + source));
    if (!words.isEmpty()) {
      paper.fact("created", String.join(" ", words));
    }
    if (origin.stopNanos().isPresent()) {
      paper.fact("stopped", "for " + Human.duration(origin.stopNanos().getAsLong()));
    }
    if (origin.copyNanos().isPresent()) {
      paper.fact("copied", "in " + Human.duration(origin.copyNanos().getAsLong()));
    }
  }

  private static void process(Subject subject, ProcessState process, Paper paper)
      throws IOException {
    paper.heading(View.title(process) + ", " + process.state().name().toLowerCase(Locale.ROOT));
    paper.fact("command", Cells.command(process));
    path(subject, process.exe(), "exe", paper);
    path(subject, process.cwd(), "cwd", paper);
    path(subject, process.root(), "root", paper);
    process
        .sharedWith()
        .fs()
        .ifPresent(pid -> paper.fact("place", "cwd, root and umask are one with process " + pid));
    paper.fact("ids", ids(process.ids()));
    if (process.state() == RunState.ZOMBIE) {
      paper.fact("status", Cells.of(process.exitStatus(), status -> ended(subject, status)));
    }
    if (process.threads().isEmpty() || process.hasOnlyEnded()) {
      return;
    }
    process.leader().credentials().ifPresent(c -> paper.fact("user", user(c)));
    paper.fact("threads", threads(subject, process));
    if (subject.image().knows(SectionType.VMAS)) {
      memory(subject, process, paper);
    }
    if (subject.knows(SectionType.FDS)) {
      paper.fact("open", open(subject.checkpoint(), process));
    }
    if (subject.image().knows(SectionType.SIGNALS)) {
      paper.fact("signals", signals(process));
    }
  }

  /** What a wait(2) status says. */
  private static String ended(Subject subject, int status) {
    WaitStatus ended = WaitStatus.of(status);
    return ended.signal() == 0
        ? "exited with " + ended.code()
        : "killed by " + SignalNames.of(subject.checkpoint().host()).name(ended.signal());
  }

  private static void path(Subject subject, OptionalInt file, String label, Paper paper) {
    if (file.isPresent()) {
      paper.fact(label, Cells.path(References.file(subject.checkpoint(), file)));
    }
  }

  private static String ids(ProcessIds ids) {
    return "parent %s, group %s, session %s"
        .formatted(Cells.of(ids.parent()), Cells.of(ids.group()), Cells.of(ids.session()));
  }

  private static String user(Credentials credentials) {
    Credentials.Ids ids = credentials.ids();
    String user =
        "uid %s gid %s"
            .formatted(Integer.toUnsignedString(ids.uid()), Integer.toUnsignedString(ids.gid()));
    if (ids.uid() != ids.euid() || ids.gid() != ids.egid()) {
      user +=
          ", effective uid %s gid %s"
              .formatted(
                  Integer.toUnsignedString(ids.euid()), Integer.toUnsignedString(ids.egid()));
    }
    return user
        + credentials
            .capabilities()
            .map(sets -> ", capabilities " + CapabilityNames.of(sets.effective()))
            .orElse("");
  }

  private static String threads(Subject subject, ProcessState process) {
    ThreadState leader = process.leader();
    RegisterFile registers = RegisterFile.of(leader, subject.checkpoint().host());
    Mappings mappings = new Mappings(subject.checkpoint(), process);
    String at =
        registers.instruction().isPresent()
            ? mappings
                .place(registers.instruction().getAsLong())
                .map(place -> ", the leader at " + place)
                .orElse("")
            : "";
    return process.threads().size() + at;
  }

  private static void memory(Subject subject, ProcessState process, Paper paper)
      throws IOException {
    PageTotals pages = subject.pages(process);
    int shift = subject.checkpoint().host().pageShift();
    paper.fact(
        "memory",
        "%s in %s; in the image %s, zero %s%s"
            .formatted(
                Human.bytes(subject.mappedBytes(process)),
                Human.count(process.vmas().size(), "mapping"),
                Human.bytes(pages.stored() + pages.repeated() << shift),
                Human.bytes(pages.zero() << shift),
                pages.inherited() == 0
                    ? ""
                    : ", in the parent " + Human.bytes(pages.inherited() << shift)));
  }

  private static String open(Checkpoint checkpoint, ProcessState process) {
    if (process.sharedWith().files().isPresent()) {
      return "one table of descriptors with process " + process.sharedWith().files().getAsInt();
    }
    TreeMap<String, Integer> kinds = new TreeMap<>();
    process.fds().stream()
        .flatMap(fd -> References.description(checkpoint, fd.description()).stream())
        .map(open -> open.type().name().toLowerCase(Locale.ROOT))
        .forEach(kind -> kinds.merge(kind, 1, Integer::sum));
    List<String> words = new ArrayList<>();
    kinds.forEach((kind, number) -> words.add(number + " " + kind));
    return Human.count(process.fds().size(), "descriptor")
        + (words.isEmpty() ? "" : ": " + String.join(", ", words))
        + (process.locks().isEmpty() ? "" : "; " + Human.count(process.locks().size(), "lock"));
  }

  private static String signals(ProcessState process) {
    List<SignalAction> actions = process.actions().orElse(List.of());
    long handled = actions.stream().filter(a -> a.handler() != 0 && a.handler() != 1).count();
    long ignored = actions.stream().filter(a -> a.handler() == 1).count();
    long pending =
        process.pending().orElse(List.of()).size()
            + process.threads().stream().mapToLong(t -> t.pending().orElse(List.of()).size()).sum();
    String known =
        process.actions().isEmpty()
            ? "actions not known"
            : handled + " handled, " + ignored + " ignored";
    return known + ", " + pending + " pending";
  }
}
