package org.ckimg.tools.diff;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.decode.Strings;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.ResourceNames;

/** What is known of a process as a whole. */
final class ProcessFacts {
  private final Subject subject;
  private final ProcessState process;
  private final ThreadFacts threads;
  private final Holders holders;

  ProcessFacts(Subject subject, Holders holders, ProcessState process) {
    this.subject = subject;
    this.process = process;
    this.threads = new ThreadFacts(subject);
    this.holders = holders;
  }

  /** Those that belong to some parts. */
  Facts of(Set<Part> parts) {
    Facts facts = new Facts();
    for (Part part : parts) {
      switch (part) {
        case TREE -> addKin(facts);
        case SUMMARY -> addSummary(facts);
        case ENV -> addEnvironment(facts);
        case LIMITS -> addLimits(facts);
        case CREDENTIALS -> addCredentials(facts);
        case SIGNALS -> facts.put("pending", process.pending().map(threads::pending));
        case FDS -> addLocks(facts);
        case MAPS -> process.layout().ifPresent(layout -> facts.putAll("layout", layout(layout)));
        case TIMERS, THREADS, REGISTERS, PAGES -> {}
      }
    }
    return facts;
  }

  private void addKin(Facts facts) {
    facts.put("pid", process.pid());
    facts.put("ppid", process.ids().parent());
    facts.put("pgid", process.ids().group());
    facts.put("sid", process.ids().session());
    facts.put("state", process.state().name().toLowerCase(Locale.ROOT));
    if (process.state() == RunState.ZOMBIE) {
      facts.put("exitStatus", process.exitStatus());
    }
    facts.put("startNanos", process.startNanos(), Long::toString);
  }

  private void addSummary(Facts facts) {
    addFile(facts, "exe", process.exe());
    process.cmdline().ifPresent(joined -> facts.list("argv", numbered(Strings.split(joined))));
    addFile(facts, "cwd", process.cwd());
    addFile(facts, "root", process.root());
    facts.put("umask", process.umask(), "%04o"::formatted);
    facts.put("filesOf", process.sharedWith().files());
    facts.put("fsOf", process.sharedWith().fs());
    ProcessAttributes attributes = process.attributes();
    facts.put("personality", attributes.personality(), "0x%x"::formatted);
    facts.put("dumpable", attributes.dumpable());
    facts.put("oomScoreAdj", attributes.oomScoreAdj());
    facts.put("coredumpFilter", attributes.coredumpFilter(), "0x%x"::formatted);
    facts.put("childSubreaper", attributes.childSubreaper());
    facts.put("hugePagesDisabled", attributes.hugePagesDisabled());
    facts.put("ttyNumber", attributes.ttyNumber());
    facts.put("ttyGroup", attributes.ttyGroup());
    facts.put("exitSignal", attributes.exitSignal());
  }

  private void addFile(Facts facts, String name, OptionalInt id) {
    Optional<FileFacts> file = References.file(subject.checkpoint(), id);
    facts.put(name, path(id));
    facts.put(name + ".deleted", file.map(FileFacts::deleted));
    facts.put(name + ".inode", file.flatMap(FileFacts::inode));
  }

  private Optional<String> path(OptionalInt file) {
    return References.file(subject.checkpoint(), file)
        .map(FileFacts::path)
        .map(Bytes::toString)
        .filter(path -> !path.isEmpty());
  }

  private static Map<String, String> numbered(List<Bytes> values) {
    Map<String, String> numbered = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      numbered.put(Integer.toString(i), values.get(i).toString());
    }
    return numbered;
  }

  private void addEnvironment(Facts facts) {
    process
        .environ()
        .ifPresent(joined -> {
          Map<String, String> variables = new LinkedHashMap<>();
          for (Bytes variable : Strings.split(joined)) {
            String text = variable.toString();
            int equals = text.indexOf('=');
            variables.putIfAbsent(
                equals < 0 ? text : text.substring(0, equals),
                equals < 0 ? "" : text.substring(equals + 1));
          }
          facts.list("environment", variables);
        });
    process
        .auxv()
        .ifPresent(vector -> {
          Map<String, String> entries = new LinkedHashMap<>();
          Strings.auxiliary(vector, subject.checkpoint().host())
              .forEach((name, value) -> entries.put(name, "0x" + Long.toHexString(value)));
          facts.list("auxv", entries);
        });
  }

  private void addLimits(Facts facts) {
    if (!subject.knows(SectionType.LIMITS)) {
      return;
    }
    Map<String, String> limits = new LinkedHashMap<>();
    for (Limit limit : process.limits()) {
      String name = ResourceNames.name(limit.resource());
      limits.put(name + ".soft", bound(limit.soft()));
      limits.put(name + ".hard", bound(limit.hard()));
    }
    facts.list("limits", limits);
  }

  private static String bound(long value) {
    return value == Limit.UNLIMITED ? "unlimited" : Long.toUnsignedString(value);
  }

  /** Those of the leader; other threads have theirs beside them. */
  private void addCredentials(Facts facts) {
    if (!process.threads().isEmpty()) {
      process
          .leader()
          .credentials()
          .ifPresent(set -> facts.putAll("credentials", CredentialFacts.of(set)));
    }
  }

  private void addLocks(Facts facts) {
    if (!subject.knows(SectionType.LOCKS)) {
      return;
    }
    Map<String, String> locks = new LinkedHashMap<>();
    for (FileLock lock : process.locks()) {
      String name =
          "%s %s from %d"
              .formatted(
                  lock.kind().name().toLowerCase(Locale.ROOT),
                  path(OptionalInt.of(lock.file())).orElse("file " + lock.file()),
                  lock.start());
      String text =
          "%s %s%s"
              .formatted(
                  lock.exclusive() ? "exclusive" : "shared",
                  lock.length() == 0 ? "to the end" : lock.length() + " bytes",
                  lock.description().isPresent() ? " by " + holders.of(lock.description()) : "");
      locks.merge(name, text, "%s, %s"::formatted);
    }
    facts.list("locks", locks);
  }

  private static Facts layout(MemoryLayout layout) {
    Facts facts = new Facts();
    List<Long> values =
        List.of(
            layout.startCode(),
            layout.endCode(),
            layout.startData(),
            layout.endData(),
            layout.startBrk(),
            layout.brk(),
            layout.startStack(),
            layout.argStart(),
            layout.argEnd(),
            layout.envStart(),
            layout.envEnd());
    List<String> names =
        List.of(
            ("startCode endCode startData endData startBrk brk startStack argStart argEnd envStart"
                    + " envEnd")
                .split(" "));
    for (int i = 0; i < names.size(); i++) {
      facts.put(names.get(i), "0x" + Long.toHexString(values.get(i)));
    }
    return facts;
  }
}
