package org.ckimg.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.CompressionConverter;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.DurationConverter;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.KeyConverter;
import org.ckimg.tools.cli.SignOption;
import org.ckimg.tools.cli.SystemRefusal;
import org.ckimg.tools.cli.Template;
import org.ckimg.tools.cli.TrustOption;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.policy.EffectivePolicy;
import org.ckimg.tools.policy.PolicyOption;
import org.ckimg.tools.policy.SystemPolicy;
import org.ckimg.tools.run.Control;
import org.ckimg.tools.run.ControlFolder;
import org.ckimg.tools.run.ResumeFolder;
import org.ckimg.tools.run.Resumption;
import org.ckimg.tools.run.SaveOptions;
import org.ckimg.tools.run.Saver;
import org.ckimg.tools.terminal.Session;
import org.ckimg.writer.Compression;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ckimg run}. */
@Command(
    name = "run",
    description = {
      "Run a program that can be saved from its terminal, and again and again.",
      "It goes on afterwards. Each image but the first stores only what changed since the one before"
          + " it. ckimg ends with the program's status.",
      "The program can ask to be saved itself, and learn whether it came back: spec/CONTROL.md."
    })
final class RunCommand implements Callable<Integer> {
  private final Console console;
  private final SystemPolicy system;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      defaultValue = "^E",
      converter = KeyConverter.class,
      description = {
        "Pressed on the terminal, it saves the job in the foreground (default: ${DEFAULT-VALUE});"
            + " pressed twice at once, it goes to the program.",
        "For none, the program has the terminal itself."
      })
  private KeyConverter.Choice key;

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
      names = "--resume",
      paramLabel = "DIR",
      description = {
        "Go on from the newest sound image of this command in DIR, or from the beginning where there"
            + " is none; images go there.",
        "When the program ends with 0 its images are deleted, and the next run begins anew."
      })
  private Optional<Path> resume = Optional.empty();

  @Option(
      names = "--once",
      description =
          "With --resume: when the program has ended with 0, later runs say so and start nothing.")
  private boolean once;

  @Option(
      names = "-o",
      paramLabel = "FILE",
      description =
          "Where images go (default: %%N.%%P.ckimg; with --every or --keep %%N.%%P.%%C.ckimg). %%N is the command name, %%P the pid,"
              + " %%U the uid, %%T the time, %%C a count, %%%% a percent sign.")
  private Optional<String> output = Optional.empty();

  @Option(
      names = "--compress",
      paramLabel = "CODEC",
      defaultValue = "none",
      converter = CompressionConverter.class,
      description = "How pages are coded, as for dump (default: ${DEFAULT-VALUE}).")
  private Compression compression;

  @Mixin private SignOption sign;

  @Mixin private PolicyOption policy;

  @Mixin private TrustOption trust;

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
    if (once && resume.isEmpty()) {
      throw new UsageException("--once goes with --resume");
    }
    if (keep.isPresent() && keep.get() < 1) {
      throw new UsageException("--keep " + keep.get() + ": at least one image is kept");
    }
    SaveOptions options =
        new SaveOptions(
            keep,
            compression,
            sign.signer(),
            Optional.empty(),
            Bytes.utf8("ckimg " + Version.number()));
    requireProgram(command.getFirst());
    if (resume.isPresent()) {
      return resume(options, policy.admittedBy(system));
    }
    try (Control control = Control.of(console.err()::println, ControlFolder::temporary);
        Session session = Session.start(console, command, control.variables(), key.key());
        Saver saver = saver(session, Path.of(""), options)) {
      session.whenAsked(() -> saver.saveJob(session.group()));
      return await(session, saver, control);
    }
  }

  private Saver saver(Session session, Path folder, SaveOptions options) {
    return new Saver(session::say, session.pid(), folder, template(), options.on(session.pty()));
  }

  private int await(Session session, Saver saver, Control control) throws IOException {
    every.ifPresent(period -> session.foreground().repeat(period, saver::save));
    control.serve(session, saver);
    return session.foreground().await();
  }

  private int resume(SaveOptions options, EffectivePolicy granted) throws IOException {
    try (ResumeFolder folder = ResumeFolder.open(resume.orElseThrow(), command)) {
      if (once && folder.done().isPresent()) {
        console
            .err()
            .printf(
                "ckimg run: this command has ended with 0 before; delete %s to run it again%n",
                Bytes.utf8(folder.done().get().toString()));
        return ExitCode.OK.number();
      }
      int status = resume(folder, options, granted);
      if (status == 0) {
        folder.end(once);
      }
      return status;
    }
  }

  private int resume(ResumeFolder folder, SaveOptions options, EffectivePolicy granted)
      throws IOException {
    try (Resumption resumption =
            new Resumption(console, folder, granted.policy(), trust.under(granted));
        // A program that comes back must not find its old requests.
        Control control = Control.of(console.err()::println, folder::control)) {
      Optional<Session> restored = resumption.start(key.key());
      if (restored.isEmpty() && resumption.isRefused()) {
        console.err().println("ckimg run: nothing was started; without its images it begins anew");
        return ExitCode.REFUSED.number();
      }
      Map<String, String> variables = new HashMap<>(folder.variables());
      variables.putAll(control.variables());
      try (Session session =
              restored.isPresent()
                  ? restored.get()
                  : Session.start(console, command, variables, key.key());
          Saver saver = saver(session, folder.path(), options)) {
        saver.adopt(resumption);
        session.whenAsked(saver::save);
        return await(session, saver, control);
      }
    }
  }

  private String template() {
    return output.orElse(
        every.isPresent() || keep.isPresent() || resume.isPresent()
            ? Template.COUNTED
            : Template.DEFAULT);
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
}
