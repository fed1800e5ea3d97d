package org.ckimg.tools.diff;

import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;
import org.ckimg.spec.model.Terminal;
import org.ckimg.tools.decode.Pipes;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.OpenFlags;
import org.ckimg.tools.names.SealNames;
import org.ckimg.tools.names.SignalNames;

/** What is known of the descriptors of an image. */
final class DescriptorFacts {
  /** Their path says no more than what they are. */
  private static final Set<FdType> NAMELESS =
      Set.of(
          FdType.EVENTFD,
          FdType.EPOLL,
          FdType.SIGNALFD,
          FdType.TIMERFD,
          FdType.INOTIFY,
          FdType.PIDFD);

  private final Subject subject;
  private final Checkpoint checkpoint;
  private final Contents contents;
  private final StateFacts states;
  private final Pipes pipes;
  private final Map<Integer, Terminal> terminals = new HashMap<>();

  DescriptorFacts(Subject subject, Holders holders) {
    this.subject = subject;
    this.checkpoint = subject.checkpoint();
    this.contents = new Contents(subject);
    this.states = new StateFacts(subject, holders, contents);
    this.pipes = new Pipes(checkpoint);
    checkpoint.terminals().forEach(terminal -> terminals.put(terminal.file(), terminal));
  }

  /** What makes it the thing that it is. */
  Facts identity(FdEntry fd) {
    Facts facts = new Facts();
    Optional<OpenFile> open = open(fd);
    if (open.isEmpty()) {
      return facts;
    }
    facts.put("type", open.get().type().name());
    Optional<FileFacts> file = References.file(checkpoint, open.get().file());
    facts.put("path", file.map(FileFacts::path));
    facts.put("inode", file.flatMap(FileFacts::inode));
    open.get().state().ifPresent(state -> facts.putAll(states.identity(state)));
    return facts;
  }

  /** What may change while it stays the same thing. */
  Facts state(Partners partners, FdEntry fd) throws IOException {
    Facts facts = new Facts();
    facts.put("fd", fd.name().substring(3));
    facts.put("closeOnExec", fd.closeOnExec());
    facts.put("description", partners.of(fd));
    Optional<OpenFile> open = open(fd);
    if (open.isPresent()) {
      addDescription(facts, open.get());
    }
    return facts;
  }

  /** What it is known by under another number: without a name, by what it holds. */
  Facts features(FdEntry fd) throws IOException {
    Facts facts = identity(fd);
    Optional<OpenFile> open = open(fd).filter(known -> NAMELESS.contains(known.type()));
    if (open.isPresent() && open.get().state().isPresent()) {
      facts.putAll("held", states.of(open.get().state().get()));
    }
    return facts;
  }

  private Optional<OpenFile> open(FdEntry fd) {
    return References.description(checkpoint, fd.description());
  }

  private void addDescription(Facts facts, OpenFile open) throws IOException {
    facts.put("flags", OpenFlags.of(checkpoint.host(), open.flags()));
    facts.put("position", open.position(), Long::toString);
    facts.put("captured", open.captured());
    facts.put("owner", open.owner().map(owner -> owner.type() + " " + owner.id()));
    facts.put("signal", open.signal(), SignalNames.of(checkpoint.host())::name);
    Optional<FileFacts> file = References.file(checkpoint, open.file());
    if (file.isPresent()) {
      addFile(facts, open, file.get());
    }
    Optional<PipeState> pipe = pipes.of(open);
    if (pipe.isPresent()) {
      addPipe(facts, pipe.get());
    }
    if (open.state().isPresent()) {
      facts.putAll(states.of(open.state().get()));
    }
    if (open.state().orElse(null) instanceof FdState.Master master) {
      addSlave(facts, master);
    }
  }

  private void addFile(Facts facts, OpenFile open, FileFacts file) throws IOException {
    facts.put("deleted", file.deleted());
    facts.put("seals", file.seals(), bits -> SealNames.of(bits).toString());
    facts.put("mode", file.mode(), "0%o"::formatted);
    file.status()
        .owner()
        .ifPresent(owner -> {
          facts.put("uid", Integer.toUnsignedString(owner.uid()));
          facts.put("gid", Integer.toUnsignedString(owner.gid()));
        });
    if (open.type() == FdType.REGULAR) {
      facts.put("bytes", file.length(), Long::toString);
    }
    if (file.content().isPresent()) {
      facts.put("content", contents.of(file.content().getAsInt()));
    }
    Terminal terminal = terminals.get(file.id());
    if (terminal != null) {
      addTerminal(facts, terminal);
    }
  }

  private void addTerminal(Facts facts, Terminal terminal) throws IOException {
    facts.put("terminal.rows", terminal.rows());
    facts.put("terminal.columns", terminal.columns());
    facts.put("terminal.modes", HexFormat.of().formatHex(terminal.modes().toArray()));
    if (terminal.input().isPresent()) {
      facts.put("terminal.input", contents.of(terminal.input().get().queue()));
      facts.put("terminal.lines", terminal.input().get().lines());
    }
    if (terminal.slave().isPresent()) {
      facts.put("terminal.exclusive", terminal.slave().get().exclusive());
      facts.put("terminal.hungUp", terminal.slave().get().hungUp());
      facts.put("terminal.stopped", terminal.slave().get().stopped());
      facts.put("terminal.output", contents.of(terminal.slave().get().output()));
    }
  }

  /** A master tells of its slave, which nobody may have open. */
  private void addSlave(Facts facts, FdState.Master master) throws IOException {
    for (Terminal terminal : terminals.values()) {
      Optional<FileFacts> file = References.file(checkpoint, OptionalInt.of(terminal.file()));
      if (file.isPresent() && file.get().status().rdev().orElse(0) == master.slaveDevice()) {
        addTerminal(facts, terminal);
      }
    }
  }

  private void addPipe(Facts facts, PipeState pipe) throws IOException {
    facts.put("capacity", pipe.capacity());
    facts.put("packets", pipe.packets());
    facts.put("queue", contents.of(pipe.queue()));
  }
}
