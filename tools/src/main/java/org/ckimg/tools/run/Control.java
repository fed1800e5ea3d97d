package org.ckimg.tools.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.remote.TargetEndedException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.terminal.Session;

/** What a program has to say itself, {@code spec/CONTROL.md}. */
public final class Control implements AutoCloseable {
  private static final String VARIABLE = "CKIMG_CONTROL";

  private final Optional<ControlFolder> folder;

  private Control(Optional<ControlFolder> folder) {
    this.folder = folder;
  }

  /** Where the program asks. */
  public interface Opening {
    /** Opens it. */
    ControlFolder open() throws IOException;
  }

  /** Where that cannot be, it is said, and the program can do without. */
  public static Control of(Messages messages, Opening opening) {
    try {
      return new Control(Optional.of(opening.open()));
    } catch (IOException e) {
      messages.say(
          "ckimg run: the program cannot ask for its own checkpoint: "
              + Bytes.utf8(String.valueOf(e.getMessage())));
      return new Control(Optional.empty());
    }
  }

  /** What the program has in its environment. */
  public Map<String, String> variables() {
    return Map.of(VARIABLE, folder.map(open -> open.path().toString()).orElse(""));
  }

  /** Takes what the program asks for from now on. */
  public void serve(Session session, Saver saver) {
    folder.ifPresent(open ->
        open.listen(
            request -> session.foreground().ask(() -> serve(open, request, session, saver))));
  }

  private static void serve(ControlFolder folder, Path request, Session session, Saver saver)
      throws TargetEndedException {
    if (!Files.exists(request)) {
      return;
    }
    try {
      answer(folder, request, session, saver.save());
    } catch (TargetEndedException e) {
      // Perhaps not the one that asks.
      answer(folder, request, session, "not saved: " + Bytes.utf8(e.getMessage()));
      throw e;
    }
  }

  private static void answer(ControlFolder folder, Path request, Session session, String line) {
    try {
      folder.answer(request, line);
    } catch (IOException e) {
      session.say(
          "ckimg run: no answer to %s: %s"
              .formatted(
                  Bytes.utf8(request.toString()), Bytes.utf8(String.valueOf(e.getMessage()))));
    }
  }

  @Override
  public void close() {
    folder.ifPresent(ControlFolder::close);
  }
}
