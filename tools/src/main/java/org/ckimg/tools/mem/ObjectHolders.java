package org.ckimg.tools.mem;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.decode.Pipes;
import org.ckimg.tools.decode.References;

/** Who has an object open that is not mapped: what waits in a pipe or socket, a deleted file. */
final class ObjectHolders {
  private ObjectHolders() {}

  /** True when a description leads to an object. */
  static boolean holds(Checkpoint checkpoint, int description, int object) {
    return References.description(checkpoint, description)
        .flatMap(open -> role(checkpoint, open, object))
        .isPresent();
  }

  /** Such as {@code pid 12 fd 3, pipe pipe:[815]}; one for each descriptor. */
  static List<String> of(Checkpoint checkpoint, int object) {
    List<String> holders = new ArrayList<>();
    for (ProcessState process : checkpoint.processes()) {
      for (FdEntry fd : process.fds()) {
        Optional<OpenFile> open = References.description(checkpoint, fd.description());
        open.flatMap(o -> role(checkpoint, o, object))
            .ifPresent(role ->
                holders.add("pid %d fd %d, %s".formatted(process.pid(), fd.number(), role)));
      }
    }
    return holders;
  }

  private static Optional<String> role(Checkpoint checkpoint, OpenFile open, int object) {
    Optional<FileFacts> file = References.file(checkpoint, open.file());
    String path = file.map(f -> " " + f.path()).orElse("");
    OptionalInt pipe =
        new Pipes(checkpoint).of(open).map(PipeState::queue).orElse(OptionalInt.empty());
    if (pipe.orElse(0) == object) {
      return Optional.of("queue of pipe" + path);
    }
    if (file.map(FileFacts::content).orElse(OptionalInt.empty()).orElse(0) == object) {
      return Optional.of("file" + path);
    }
    if (open.state().orElse(null) instanceof FdState.Socket socket) {
      if (socket.queue().orElse(0) == object) {
        return Optional.of("received by socket" + path);
      }
      boolean sent =
          socket.tcp().map(FdState.Tcp::sendQueue).orElse(OptionalInt.empty()).orElse(0) == object;
      return sent ? Optional.of("sent by socket" + path) : Optional.empty();
    }
    return Optional.empty();
  }
}
