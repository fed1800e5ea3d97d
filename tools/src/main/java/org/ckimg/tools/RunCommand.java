package org.ckimg.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.ckimg.linux.remote.Launch;
import org.ckimg.linux.remote.TargetEndedException;
import org.ckimg.tools.cli.CompressionConverter;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.DurationConverter;
import org.ckimg.tools.cli.SignOption;
import org.ckimg.tools.cli.SystemRefusal;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.policy.SystemPolicy;
import org.ckimg.writer.Compression;
import org.ckimg.writer.ImageSigner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ckimg run}. */
@Command(
    name = "run",
    description = {
      "Run a program and save it again and again.",
      "Each image but the first stores only what changed since the one before it. ckimg ends with"
          + " the program's status."
    })
final class RunCommand implements Callable<Integer> {
  private final Console console;
  private final SystemPolicy system;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Save it each time that TIME has passed: 500ms, 30s, 10m, 2h, 1d.")
  private Optional<Duration> every = Optional.empty();

  @Option(
      names = "--keep",
      paramLabel = "N",
      description =
          "Keep the last N images and those that they continue; every Nth is complete in itself,"
              + " and older ones are deleted.")
  private Optional<Integer> keep = Optional.empty();

  @Option(
      names = "-o",
      paramLabel = "FILE",
      defaultValue = ImageSeries.DEFAULT_TEMPLATE,
      description =
          "Where images go (default: ${DEFAULT-VALUE}). %%N is the command name, %%P the pid, %%U"
              + " the uid, %%T the time, %%C a count, %%%% a percent sign.")
  private String output;

  @Option(
      names = "--compress",
      paramLabel = "CODEC",
      defaultValue = "none",
      converter = CompressionConverter.class,
      description = "How pages are coded, as for dump (default: ${DEFAULT-VALUE}).")
  private Compression compression;

  @Mixin private SignOption sign;

  @Option(names = "--key", hidden = true, arity = "1")
  private Optional<String> later = Optional.empty();

  @Parameters(paramLabel = "CMD", arity = "1..*", description = "The program and its arguments.")
  private List<String> command;

  RunCommand(Console console) {
    this(console, SystemPolicy.ofThisHost());
  }

  RunCommand(Console console, SystemPolicy system) {
    this.console = console;
    this.system = system;
  }

  @Override
  public Integer call() throws IOException {
    system.admit();
    later.ifPresent(key -> {
      throw new UsageException("--key is not supported by this version");
    });
    if (keep.isPresent() && keep.get() < 1) {
      throw new UsageException("--keep " + keep.get() + ": at least one image is kept");
    }
    Optional<ImageSigner> signer = sign.signer();
    requireProgram(command.getFirst());
    Launch launch = Launch.of(command);
    Foreground foreground;
    try {
      foreground = Foreground.of(launch.pid(), Optional.empty());
      launch.proceed();
    } catch (IOException | RuntimeException e) {
      launch.abandon();
      throw e;
    }
    try (ImageSeries series =
        new ImageSeries(console, launch.pid(), output, keep, compression, signer)) {
      return untilTheEnd(foreground, series);
    }
  }

  /** The shell that starts it would say this in its own way, and with a status of its own. */
  private static void requireProgram(String name) throws SystemRefusal {
    List<String> folders =
        name.contains("/")
            ? List.of("")
            : Arrays.asList(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":"));
    for (String folder : folders) {
      Path path = Path.of(folder).resolve(name);
      if (Files.isExecutable(path) && !Files.isDirectory(path)) {
        return;
      }
    }
    throw new SystemRefusal(name + ": there is no such program, or it cannot be executed", null);
  }

  private int untilTheEnd(Foreground foreground, ImageSeries series) throws IOException {
    if (every.isEmpty()) {
      return foreground.await();
    }
    long pause = every.get().toNanos();
    long start = System.nanoTime();
    while (true) {
      OptionalInt end = foreground.await(pause - (System.nanoTime() - start));
      if (end.isPresent()) {
        return end.getAsInt();
      }
      start = System.nanoTime();
      try {
        series.save();
      } catch (TargetEndedException e) {
        return foreground.end(e.status());
      }
    }
  }
}
