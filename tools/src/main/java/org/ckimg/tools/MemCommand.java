package org.ckimg.tools;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.ImageArgument;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.input.Subject;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ckimg mem}, which has only subcommands. */
@Command(
    name = "mem",
    description = "Read the memory of a frozen program, or look for something in it.",
    synopsisSubcommandLabel = "COMMAND")
final class MemCommand implements Runnable, HasSubject {
  private final Console console;
  @Mixin private ImageArgument image;
  @Mixin private ParentsOption parents;

  @Option(
      names = "--pid",
      paramLabel = "N",
      description = "Look at this process alone; the pid is that in the image.")
  private Integer pid;

  private MemCommand(Console console) {
    this.console = console;
  }

  /** With its subcommands. */
  static CommandLine of(Console console) {
    MemCommand command = new MemCommand(console);
    return new CommandLine(command)
        .addSubcommand("read", new MemReadCommand(console, command))
        .addSubcommand("search", new MemSearchCommand(console, command))
        .addSubcommand("strings", new MemStringsCommand(console, command))
        .addSubcommand("extract", new MemExtractCommand(console, command));
  }

  @Override
  public Optional<String> subject() {
    return image.subject();
  }

  @Override
  public void run() {
    throw new UsageException("a command is missing; try 'ckimg mem --help'");
  }

  /** Opens the image with all that it continues. */
  OpenImage open() throws IOException {
    OpenImage open = image.openImage(console, parents.of(image));
    try {
      parents.requireAll(open.missing(), image);
      open.subject().image().warnings().forEach(this::warn);
      return open;
    } catch (IOException e) {
      open.close();
      throw e;
    }
  }

  private void warn(String text) {
    console.err().println("ckimg mem: %s: %s".formatted(image.subject().orElseThrow(), text));
  }

  /** The process that was chosen, if any. */
  OptionalInt pid(Subject subject) {
    return pid == null ? OptionalInt.empty() : OptionalInt.of(process(subject).pid());
  }

  /** The process that was chosen, or the only one. */
  ProcessState process(Subject subject) {
    List<ProcessState> all = subject.checkpoint().processes();
    if (pid == null && all.size() == 1) {
      return all.getFirst();
    }
    String pids = all.stream().map(p -> "" + p.pid()).collect(Collectors.joining(", "));
    return all.stream()
        .filter(p -> pid != null && p.pid() == pid)
        .findFirst()
        .orElseThrow(() ->
            new UsageException(
                pid == null
                    ? "the image has processes %s: --pid chooses".formatted(pids)
                    : "no process %d in the image; it has %s".formatted(pid, pids)));
  }
}
