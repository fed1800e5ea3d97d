package org.ckimg.tools;

import java.util.concurrent.Callable;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ckimg completion}. */
@Command(
    name = "completion",
    description = {
      "Print a completion script for bash and zsh.",
      "Use it with: source <(ckimg completion)"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Console console;
  @Spec private CommandSpec spec;

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    console.out().print(AutoComplete.bash("ckimg", spec.root().commandLine()));
    console.out().print('\n');
    return ExitCode.OK.number();
  }
}
