package org.ckimg.tools.json;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.AltStack;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.RobustList;
import org.ckimg.spec.model.Rseq;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.SeccompFilter;
import org.ckimg.spec.model.ThreadFs;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.decode.Processors;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.decode.RegisterFile;
import org.ckimg.tools.names.HostNames;
import org.ckimg.tools.names.SignalFlags;
import org.ckimg.tools.names.SignalNames;

/** A thread of {@code ckimg.inspect/1}, and its credentials. */
final class ThreadJson {
  private final Json json;
  private final Checkpoint checkpoint;
  private final Host host;
  private final SignalNames names;
  private final SignalJson signals;

  ThreadJson(Json json, Checkpoint checkpoint) {
    this.json = json;
    this.checkpoint = checkpoint;
    this.host = checkpoint.host();
    this.names = SignalNames.of(host);
    this.signals = new SignalJson(json, host);
  }

  void fields(ThreadState thread) throws IOException {
    json.number("tid", thread.tid());
    json.text("comm", thread.comm());
    registers(thread);
    if (thread.blocked().isPresent()) {
      json.strings("blocked", names.mask(thread.blocked().getAsLong()));
    }
    if (thread.altstack().isPresent()) {
      json.object("altstack", () -> altstack(thread.altstack().get()));
    }
    signals.pending(thread.pending());
    credentials(thread.credentials());
    json.objects("seccompFilters", thread.filters(), this::filter);
    if (thread.scheduling().isPresent()) {
      json.object("scheduling", () -> scheduling(thread.scheduling().get()));
    }
    if (thread.robustList().isPresent()) {
      json.object("robustList", () -> robustList(thread.robustList().get()));
    }
    if (thread.rseq().isPresent()) {
      json.object("rseq", () -> rseq(thread.rseq().get()));
    }
    json.hex("clearTidAddress", thread.clearTidAddress());
    if (thread.deathSignal().isPresent() && thread.deathSignal().getAsInt() != 0) {
      json.text("deathSignal", names.name(thread.deathSignal().getAsInt()));
    }
    switch (thread.fs().orElse(null)) {
      case ThreadFs.Of other -> json.number("fsOf", other.tid());
      case ThreadFs.Own own -> {
        path("cwd", own.cwd());
        path("root", own.root());
        json.text("umask", "%04o".formatted(own.umask()));
      }
      case null -> {}
    }
    if (thread.ownFiles()) {
      json.flag("ownFiles", true);
    }
  }

  private void path(String name, OptionalInt file) throws IOException {
    json.text(name, References.file(checkpoint, file).map(FileFacts::path));
  }

  private void registers(ThreadState thread) throws IOException {
    RegisterFile registers = RegisterFile.of(thread, host);
    if (!registers.values().isEmpty()) {
      json.object("registers", () -> values(registers.values()));
    }
    json.hex("mxcsr", registers.mxcsr());
    json.objects("registerSets", thread.regsets(), this::set);
  }

  private void values(Map<String, Long> values) throws IOException {
    for (Map.Entry<String, Long> register : values.entrySet()) {
      json.hex(register.getKey(), register.getValue());
    }
  }

  private void set(Regset set) throws IOException {
    json.number("noteType", set.noteType());
    json.number("bytes", set.data().length());
  }

  private void altstack(AltStack stack) throws IOException {
    json.hex("address", stack.address());
    json.unsigned("bytes", stack.bytes());
    json.strings("flags", SignalFlags.stack(stack.flags()));
  }

  private void filter(SeccompFilter filter) throws IOException {
    json.hex("flags", filter.flags());
    json.number("instructions", filter.program().length() / Long.BYTES);
  }

  private void scheduling(Scheduling scheduling) throws IOException {
    json.text("policy", HostNames.policy(scheduling.policy()));
    json.number("nice", scheduling.nice());
    json.number("priority", scheduling.priority());
    json.number("flags", scheduling.flags());
    json.text("processors", Processors.ranges(scheduling.affinity()));
    json.number("ioPriority", scheduling.ioPriority());
    json.number("timerSlackNanos", scheduling.timerSlackNanos());
  }

  private void robustList(RobustList list) throws IOException {
    json.hex("address", list.address());
    json.unsigned("bytes", list.bytes());
  }

  private void rseq(Rseq rseq) throws IOException {
    json.hex("address", rseq.address());
    json.number("bytes", rseq.bytes());
    json.hex("signature", Integer.toUnsignedLong(rseq.signature()));
    json.number("flags", rseq.flags());
  }

  void credentials(Optional<Credentials> credentials) throws IOException {
    if (credentials.isPresent()) {
      json.object("credentials", () -> credentials(credentials.get()));
    }
  }

  private void credentials(Credentials credentials) throws IOException {
    Credentials.Ids ids = credentials.ids();
    json.id("uid", ids.uid());
    json.id("euid", ids.euid());
    json.id("suid", ids.suid());
    json.id("fsuid", ids.fsuid());
    json.id("gid", ids.gid());
    json.id("egid", ids.egid());
    json.id("sgid", ids.sgid());
    json.id("fsgid", ids.fsgid());
    json.ids("groups", credentials.groups());
    if (credentials.capabilities().isPresent()) {
      capabilities(credentials.capabilities().get());
    }
    json.hex("securebits", credentials.securebits());
    if (credentials.privileges().isPresent()) {
      json.flag("noNewPrivs", credentials.privileges().get().noNewPrivs());
      json.number("seccompMode", credentials.privileges().get().seccompMode());
    }
  }

  private void capabilities(Credentials.Capabilities sets) throws IOException {
    json.hex("capEffective", sets.effective());
    json.hex("capPermitted", sets.permitted());
    json.hex("capInheritable", sets.inheritable());
    json.hex("capBounding", sets.bounding());
    json.hex("capAmbient", sets.ambient());
  }
}
