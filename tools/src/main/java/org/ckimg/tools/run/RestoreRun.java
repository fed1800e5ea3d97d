package org.ckimg.tools.run;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.restorer.Restorer;
import org.ckimg.restorer.apply.Applier;
import org.ckimg.restorer.plan.Step;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.Interruption;
import org.ckimg.tools.cli.Progress;
import org.ckimg.tools.cli.SystemRefusal;
import org.ckimg.tools.terminal.Foreground;
import org.ckimg.tools.terminal.Key;
import org.ckimg.tools.terminal.Returning;
import org.ckimg.tools.terminal.Session;
import org.ckimg.tools.text.Human;

/** A program that comes back: the terminal is its own before it runs, and ckimg waits for it. */
public final class RestoreRun {
  private final Console console;
  private final String command;
  private final Returning returning;
  private final boolean detach;
  private final OptionalLong checkNanos;
  private long mappedBytes;
  private long writtenBytes;
  private Optional<Foreground> foreground = Optional.empty();

  /**
   * Nothing is done yet.
   *
   * @param command that speaks, such as {@code ckimg restore}
   * @param returning what it finds on a terminal
   * @param detach true to leave when the program runs
   * @param checkNanos how long the checksums of an image took that is mapped
   */
  public RestoreRun(
      Console console,
      String command,
      Returning returning,
      boolean detach,
      OptionalLong checkNanos) {
    this.console = console;
    this.command = command;
    this.returning = returning;
    this.detach = detach;
    this.checkNanos = checkNanos;
  }

  /** Restores and waits: the program's exit status, or 0 when it was left alone. */
  public int of(Restorer restorer, Progress progress) throws IOException {
    if (detach) {
      console.out().println(apply(restorer, progress).pid());
      return ExitCode.OK.number();
    }
    try (Session session = start(restorer, progress, Optional.empty())) {
      return session.foreground().await();
    }
  }

  /**
   * Restores; the program runs.
   *
   * @param key to watch for, where ckimg stands behind its terminal
   */
  public Session start(Restorer restorer, Progress progress, Optional<Key> key) throws IOException {
    Applier.Restored restored = apply(restorer, progress);
    Session session = Session.of(console, restored.pid(), foreground.orElseThrow());
    try {
      if (restored.terminal().isPresent()) {
        session.attach(restored.terminal().getAsInt(), key);
      }
      session.redraw(returning);
      return session;
    } catch (IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private Applier.Restored apply(Restorer restorer, Progress progress) throws IOException {
    try (Interruption interruption = Interruption.begin();
        progress) {
      return restorer.apply(new Watcher(progress, interruption));
    } catch (IOException | RuntimeException | Error e) {
      foreground.ifPresent(terminal -> terminal.abandon(e));
      throw e;
    }
  }

  private final class Watcher implements RestoreWatcher {
    private final Progress progress;
    private final Interruption interruption;
    private boolean built;

    Watcher(Progress progress, Interruption interruption) {
      this.progress = progress;
      this.interruption = interruption;
    }

    /** What is built is let go: that takes no time, and from then on signals are the program's. */
    private void goOn() throws SystemRefusal {
      if (!built && interruption.isAsked()) {
        throw new SystemRefusal("interrupted; nothing was started", null);
      }
    }

    @Override
    public void before(Step step) throws SystemRefusal {
      goOn();
    }

    @Override
    public void written(long bytes) throws SystemRefusal {
      goOn();
      writtenBytes += bytes;
      progress.accept(bytes);
    }

    @Override
    public void mapped(long bytes) throws SystemRefusal {
      goOn();
      mappedBytes += bytes;
      progress.accept(bytes);
    }

    @Override
    public void beforeRun(int pid, int group, List<String> notes) throws IOException {
      goOn();
      built = true;
      progress.close();
      notes.forEach(note -> console.err().println(command + ": " + Bytes.utf8(note)));
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
              "%s: %s mapped from the image, whose checksums took %s; %s copied%n",
              command, Human.bytes(mappedBytes), Human.duration(nanos), Human.bytes(writtenBytes));
      console
          .err()
          .println(
              command
                  + ": the image must not change while the program lives; memory that it"
                  + " gives back (MADV_DONTNEED) reads as in the image, not as zeroes");
    }
  }
}
