package org.ckimg.tools;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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
  private static final String RUN = "run";
  private static final String COMPLETION = "completion";

  /** In the order of the help. */
  private static final Map<String, Function<Console, Object>> COMMANDS = commands();

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

  private static Map<String, Function<Console, Object>> commands() {
    Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
    commands.put(RUN, RunCommand::new);
    commands.put("dump", DumpCommand::new);
    commands.put("restore", RestoreCommand::new);
    commands.put("inspect", InspectCommand::new);
    commands.put("diff", DiffCommand::new);
    commands.put("mem", MemCommand::of);
    commands.put("triage", TriageCommand::new);
    commands.put("report", ReportCommand::new);
    commands.put("check", CheckCommand::new);
    commands.put("squash", SquashCommand::new);
    commands.put("convert", ConvertCommand::new);
    commands.put("key", KeyCommand::of);
    commands.put("sign", SignCommand::new);
    commands.put("policy", PolicyCommand::of);
    commands.put("probe", ProbeCommand::new);
    commands.put("demo", DemoCommand::new);
    commands.put(COMPLETION, CompletionCommand::new);
    return Collections.unmodifiableMap(commands);
  }

  /** The command with all its subcommands. */
  static CommandLine commandLine(Console console) {
    return commandLine(console, COMMANDS.keySet());
  }

  /** Describing a command to picocli takes ten milliseconds: the others can be left out. */
  private static CommandLine commandLine(Console console, Set<String> names) {
    Failures failures = new Failures(console);
    CommandLine root = new CommandLine(new Ckimg());
    for (String name : names) {
      root.addSubcommand(name, COMMANDS.get(name).apply(console));
    }
    root.setOut(console.out())
        .setErr(console.err())
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(HELP_WIDTH)
        .setColorScheme(
            Help.defaultColorScheme(
                console.outStyle() == Style.COLOUR ? Help.Ansi.ON : Help.Ansi.OFF));
    Optional.ofNullable(root.getSubcommands().get(RUN))
        .ifPresent(run -> run.setStopAtPositional(true));
    describe(root);
    return root;
  }

  private static void describe(CommandLine command) {
    command
        .getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("Exit codes:%n")
        .exitCodeList(ExitCode.help());
    command.getSubcommands().values().forEach(Ckimg::describe);
  }

  /**
   * Runs one command to its end.
   *
   * @return the exit code
   */
  public static int run(Console console, String... arguments) {
    CommandLine root = commandLine(console, needed(arguments));
    try {
      int code = root.execute(arguments);
      console.finish();
      return code;
    } catch (IOException | Error e) {
      return new Failures(console).handle(e, root, List.of(arguments).contains("--debug"));
    }
  }

  /** The command that is called; all of them where another one may be meant or spoken of. */
  private static Set<String> needed(String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    boolean alone = COMMANDS.containsKey(first) && !first.equals(COMPLETION);
    return alone ? Set.of(first) : COMMANDS.keySet();
  }

  @Override
  public void run() {
    throw new UsageException("a command is missing; try 'ckimg --help'");
  }
}
