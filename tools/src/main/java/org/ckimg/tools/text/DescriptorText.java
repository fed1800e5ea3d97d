package org.ckimg.tools.text;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.diff.Diff;
import org.ckimg.tools.diff.FdDiff;

/** A descriptor that differs, in one line. */
final class DescriptorText {
  private final Checkpoint a;
  private final Checkpoint b;

  DescriptorText(Diff diff) {
    a = diff.a().checkpoint();
    b = diff.b().checkpoint();
  }

  String line(FdDiff fd) {
    String before = fd.a().map(entry -> thing(a, entry)).orElse("");
    String after = fd.b().map(entry -> thing(b, entry)).orElse("");
    String number = fd.latest().name() + " ";
    return switch (fd.change()) {
      case ADDED -> number + after;
      case REMOVED -> number + before;
      case REPLACED -> number + before + " -> " + after;
      default ->
          number
              + after
              + ": "
              + fd.fields().stream().map(DiffText::field).collect(Collectors.joining(", "));
    };
  }

  private static String thing(Checkpoint checkpoint, FdEntry fd) {
    Optional<OpenFile> open = References.description(checkpoint, fd.description());
    if (open.isEmpty()) {
      return "description " + fd.description();
    }
    if (open.get().state().isPresent()
        && open.get().state().get() instanceof FdState.Socket socket) {
      return SocketText.of(checkpoint, socket);
    }
    return open.get().type().name().toLowerCase(Locale.ROOT)
        + " "
        + Cells.path(References.file(checkpoint, open.get().file()));
  }
}
