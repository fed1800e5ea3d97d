package org.ckimg.tools.mem;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Terminal;
import org.ckimg.tools.decode.Pipes;
import org.ckimg.tools.decode.References;

/**
 * Who has an object open that is not mapped: what waits in a pipe, socket or terminal, a deleted
 * file.
 */
final class ObjectHolders {
  private final Checkpoint checkpoint;
  private final Pipes pipes;
  private final Map<Integer, Terminal> terminals = new HashMap<>();
  private final Map<Integer, List<Opened>> byDescription = new HashMap<>();
  private final Map<Integer, List<Holder>> byObject = new HashMap<>();

  /** What an object is to a description that leads to it. */
  enum Role {
    QUEUE("queue of pipe"),
    FILE("file"),
    RECEIVED("received by socket"),
    SENT("sent by socket"),
    TYPED("typed into terminal"),
    SHOWN("written to terminal");

    private final String text;

    Role(String text) {
      this.text = text;
    }
  }

  /** An object that a description leads to. */
  record Opened(int object, Role role) {}

  /** A descriptor that leads to an object. */
  private record Holder(int pid, FdEntry fd, Role role) {}

  /** Of all objects. */
  ObjectHolders(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    this.pipes = new Pipes(checkpoint);
    checkpoint.terminals().forEach(terminal -> terminals.put(terminal.file(), terminal));
    for (ProcessState process : checkpoint.processes()) {
      for (FdEntry fd : process.fds()) {
        for (Opened opened : opened(fd.description())) {
          byObject
              .computeIfAbsent(opened.object, _ -> new ArrayList<>())
              .add(new Holder(process.pid(), fd, opened.role));
        }
      }
    }
  }

  /** What a description leads to; a connection may have both what it received and what it sent. */
  List<Opened> opened(int description) {
    return byDescription.computeIfAbsent(description, this::find);
  }

  /** True when one of the chosen processes has an object open. */
  boolean isHeld(int object, MemoryFilter filter) {
    return byObject.getOrDefault(object, List.of()).stream()
        .anyMatch(holder -> filter.takesProcess(holder.pid));
  }

  /** Such as {@code pid 12 fd 3, queue of pipe pipe:[815]}; one for each descriptor. */
  List<String> of(int object) {
    return byObject.getOrDefault(object, List.of()).stream().map(this::text).toList();
  }

  private String text(Holder holder) {
    Optional<FileFacts> file =
        References.description(checkpoint, holder.fd.description())
            .flatMap(open -> References.file(checkpoint, open.file()));
    String path = file.map(f -> " " + f.path()).orElse("");
    return "pid %d %s, %s%s".formatted(holder.pid, holder.fd.name(), holder.role.text, path);
  }

  private List<Opened> find(int description) {
    List<Opened> found = new ArrayList<>();
    Optional<OpenFile> open = References.description(checkpoint, description);
    if (open.isPresent()) {
      OptionalInt queue = pipes.of(open.get()).map(PipeState::queue).orElse(OptionalInt.empty());
      add(found, queue, Role.QUEUE);
      add(
          found,
          References.file(checkpoint, open.get().file())
              .map(FileFacts::content)
              .orElse(OptionalInt.empty()),
          Role.FILE);
      if (open.get().state().orElse(null) instanceof FdState.Socket socket) {
        add(found, socket.queue(), Role.RECEIVED);
        add(found, socket.tcp().map(FdState.Tcp::sendQueue).orElse(OptionalInt.empty()), Role.SENT);
      }
      Terminal terminal = terminals.get(open.get().file().orElse(0));
      if (terminal != null) {
        terminal.input().ifPresent(input -> add(found, input.queue(), Role.TYPED));
        terminal.slave().ifPresent(slave -> add(found, slave.output(), Role.SHOWN));
      }
    }
    return found;
  }

  /** What lay behind a cut is not there. */
  private void add(List<Opened> found, OptionalInt object, Role role) {
    if (object.isPresent() && object.getAsInt() <= checkpoint.objects().size()) {
      found.add(new Opened(object.getAsInt(), role));
    }
  }
}
