package org.ckimg.tools;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.restorer.Restorer;
import org.ckimg.restorer.apply.Applier;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.Progress;
import org.ckimg.tools.terminal.Foreground;
import org.ckimg.tools.terminal.Returning;
import org.ckimg.tools.terminal.Session;
import org.ckimg.tools.text.Human;

/** A program that comes back: the terminal is its own before it runs, and ckimg waits for it. */
final class RestoreRun {
  private final Console console;
  private final Returning returning;
  private final boolean detach;
  private final OptionalLong checkNanos;
  private long mappedBytes;
  private long writtenBytes;
  private Optional<Foreground> foreground = Optional.empty();

  /**
   * Nothing is done yet.
   *
   * @param returning what it finds on a terminal
   * @param detach true to leave when the program runs
   * @param checkNanos how long the checksums of an image took that is mapped
   */
  RestoreRun(Console console, Returning returning, boolean detach, OptionalLong checkNanos) {
    this.checkNanos = checkNanos;
    this.console = console;
    this.returning = returning;
    this.detach = detach;
  }

  /** Restores and waits: the program's exit status, or 0 when it was left alone. */
  int of(Restorer restorer, Progress progress) throws IOException {
    Applier.Restored restored = apply(restorer, progress);
    if (detach) {
      console.out().println(restored.pid());
      return ExitCode.OK.number();
    }
    Session session = Session.of(console, restored.pid(), foreground.orElseThrow());
    try (session) {
      if (restored.terminal().isPresent()) {
        session.attach(restored.terminal().getAsInt(), Optional.empty());
      }
      session.redraw(returning);
      return session.foreground().await();
    }
  }

  private Applier.Restored apply(Restorer restorer, Progress progress) throws IOException {
    try (progress) {
      return restorer.apply(new Watcher(progress));
    } catch (IOException | RuntimeException e) {
      if (foreground.isPresent()) {
        foreground.get().abandon();
      }
      throw e;
    }
  }

  private final class Watcher implements RestoreWatcher {
    private final Progress progress;

    Watcher(Progress progress) {
      this.progress = progress;
    }

    @Override
    public void written(long bytes) {
      writtenBytes += bytes;
      progress.accept(bytes);
    }

    @Override
    public void mapped(long bytes) {
      mappedBytes += bytes;
      progress.accept(bytes);
    }

    @Override
    public void beforeRun(int pid, int group, List<String> notes) throws IOException {
      progress.close();
      notes.forEach(note -> console.err().println("ckimg restore: " + Bytes.utf8(note)));
      checkNanos.ifPresent(this::sayWhatWasMapped);
      if (!detach) {
        // What it prints comes behind this line.
        console.err().println("restored: pid " + pid);
        foreground =
            Optional.of(Foreground.of(Foreground.signals(), pid, group, returning.terminal()));
      }
    }

    private void sayWhatWasMapped(long nanos) {
      console
          .err()
          .printf(
              "ckimg restore: %s mapped from the image, whose checksums took %s; %s copied%n",
              Human.bytes(mappedBytes), Human.duration(nanos), Human.bytes(writtenBytes));
      console
          .err()
          .println(
              "ckimg restore: the image must not change while the program lives; memory that it"
                  + " gives back (MADV_DONTNEED) reads as in the image, not as zeroes");
    }
  }
}
