package org.ckimg.tools;

import java.io.IOException;
import java.util.List;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.Failures;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.text.Style;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code ckimg}, which has only subcommands. */
@Command(
    name = "ckimg",
    description = "Freezes a running program into one file, proves what is in it, puts it back.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class)
public final class Ckimg implements Runnable {
  private static final int HELP_WIDTH = 100;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Print this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version.")
  private boolean version;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print a stack trace when something fails.")
  private boolean debug;

  private Ckimg() {}

  /** The command with all its subcommands. */
  static CommandLine commandLine(Console console) {
    Failures failures = new Failures(console);
    CommandLine root =
        new CommandLine(new Ckimg())
            .addSubcommand(new CommandLine(new RunCommand(console)).setStopAtPositional(true))
            .addSubcommand(new DumpCommand(console))
            .addSubcommand(new RestoreCommand(console))
            .addSubcommand(new InspectCommand(console))
            .addSubcommand(new CheckCommand(console))
            .addSubcommand(new SquashCommand(console))
            .addSubcommand(new ProbeCommand(console))
            .addSubcommand(new DemoCommand(console))
            .addSubcommand(new CompletionCommand(console))
            .setOut(console.out())
            .setErr(console.err())
            .setExecutionExceptionHandler(failures)
            .setParameterExceptionHandler(failures)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(HELP_WIDTH)
            .setColorScheme(
                Help.defaultColorScheme(
                    console.outStyle() == Style.COLOUR ? Help.Ansi.ON : Help.Ansi.OFF));
    describe(root);
    root.getSubcommands().values().forEach(Ckimg::describe);
    return root;
  }

  private static void describe(CommandLine command) {
    command
        .getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("Exit codes:%n")
        .exitCodeList(ExitCode.help());
  }

  /**
   * Runs one command to its end.
   *
   * @return the exit code
   */
  public static int run(Console console, String... arguments) {
    CommandLine root = commandLine(console);
    try {
      int code = root.execute(arguments);
      console.finish();
      return code;
    } catch (IOException | Error e) {
      return new Failures(console).handle(e, root, List.of(arguments).contains("--debug"));
    }
  }

  @Override
  public void run() {
    throw new UsageException("a command is missing; try 'ckimg --help'");
  }
}
