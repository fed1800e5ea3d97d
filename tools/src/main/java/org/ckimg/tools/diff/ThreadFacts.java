package org.ckimg.tools.diff;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.Rseq;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.SeccompFilter;
import org.ckimg.spec.model.ThreadFs;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.decode.Processors;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.decode.SignalInfo;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.HostNames;
import org.ckimg.tools.names.SignalFlags;
import org.ckimg.tools.names.SignalNames;
import org.ckimg.tools.text.Human;

/** What is known of threads, but for their registers. */
final class ThreadFacts {
  private final Subject subject;
  private final Host host;
  private final SignalNames names;

  ThreadFacts(Subject subject) {
    this.subject = subject;
    this.host = subject.checkpoint().host();
    this.names = SignalNames.of(host);
  }

  /**
   * Those that belong to some parts.
   *
   * @param leader true for the thread whose credentials are those of the process
   */
  Facts of(ThreadState thread, boolean leader, Set<Part> parts) {
    Facts facts = new Facts();
    if (parts.contains(Part.SIGNALS)) {
      addSignals(facts, thread);
    }
    if (parts.contains(Part.THREADS)) {
      addThread(facts, thread);
    }
    if (parts.contains(Part.CREDENTIALS) && !leader) {
      thread.credentials().ifPresent(set -> facts.putAll("credentials", CredentialFacts.of(set)));
    }
    return facts;
  }

  private void addSignals(Facts facts, ThreadState thread) {
    facts.put("blocked", thread.blocked(), mask -> names.mask(mask).toString());
    facts.put("pending", thread.pending().map(this::pending));
    thread
        .altstack()
        .ifPresent(stack -> {
          facts.put("altstack.address", Human.hex(stack.address()));
          facts.put("altstack.bytes", Long.toUnsignedString(stack.bytes()));
          facts.put("altstack.flags", SignalFlags.stack(stack.flags()));
        });
  }

  private void addThread(Facts facts, ThreadState thread) {
    facts.put("tid", thread.tid());
    facts.put("comm", thread.comm());
    thread.scheduling().ifPresent(s -> facts.putAll("scheduling", scheduling(s)));
    if (subject.knows(SectionType.FILTERS)) {
      facts.list("seccompFilters", filters(thread.filters()));
    }
    thread
        .robustList()
        .ifPresent(list -> {
          facts.put("robustList.address", Human.hex(list.address()));
          facts.put("robustList.bytes", Long.toUnsignedString(list.bytes()));
        });
    thread.rseq().ifPresent(rseq -> facts.putAll("rseq", rseq(rseq)));
    facts.put("clearTidAddress", thread.clearTidAddress(), "0x%x"::formatted);
    facts.put("deathSignal", thread.deathSignal(), n -> n == 0 ? "none" : names.name(n));
    switch (thread.fs().orElse(null)) {
      case ThreadFs.Of other -> facts.put("fsOf", other.tid());
      case ThreadFs.Own own -> {
        facts.put("cwd", path(own.cwd()));
        facts.put("root", path(own.root()));
        facts.put("umask", "%04o".formatted(own.umask()));
      }
      case null -> {}
    }
    facts.put("ownFiles", thread.ownFiles());
  }

  private Optional<String> path(OptionalInt file) {
    return References.file(subject.checkpoint(), file).map(FileFacts::path).map(Bytes::toString);
  }

  private static Facts rseq(Rseq rseq) {
    return new Facts()
        .put("address", Human.hex(rseq.address()))
        .put("bytes", rseq.bytes())
        .put("signature", Human.hex(Integer.toUnsignedLong(rseq.signature())))
        .put("flags", rseq.flags());
  }

  private static Facts scheduling(Scheduling scheduling) {
    Facts facts = new Facts();
    facts.put("policy", HostNames.policy(scheduling.policy()));
    facts.put("nice", scheduling.nice());
    facts.put("priority", scheduling.priority());
    facts.put("flags", scheduling.flags());
    if (scheduling.affinity().length() > 0) {
      facts.put("processors", Processors.ranges(scheduling.affinity()));
    }
    facts.put("ioPriority", scheduling.ioPriority());
    facts.put("timerSlackNanos", scheduling.timerSlackNanos(), Long::toString);
    return facts;
  }

  private static Map<String, String> filters(List<SeccompFilter> filters) {
    Map<String, String> all = new LinkedHashMap<>();
    for (SeccompFilter filter : filters) {
      all.put(
          Integer.toString(all.size()),
          "flags 0x%x, %d instructions, SHA-256 %s"
              .formatted(
                  filter.flags(),
                  filter.program().length() / Long.BYTES,
                  HexFormat.of().formatHex(Contents.sha256().digest(filter.program().toArray()))));
    }
    return all;
  }

  /** Signals that wait, oldest first, each with who sent it. */
  List<String> pending(List<PendingSignal> signals) {
    List<String> texts = new ArrayList<>();
    for (PendingSignal signal : signals) {
      SignalInfo info = SignalInfo.of(signal, host);
      StringBuilder text = new StringBuilder(names.name(signal.number()));
      info.code().ifPresent(code -> text.append(' ').append(SignalFlags.code(code)));
      info.pid().ifPresent(pid -> text.append(" from pid ").append(pid));
      info.uid().ifPresent(uid -> text.append(" uid ").append(Integer.toUnsignedString(uid)));
      info.value().ifPresent(value -> text.append(" value 0x").append(Long.toHexString(value)));
      texts.add(text.toString());
    }
    return texts;
  }
}
