package org.ckimg.tools;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.JsonOption;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.json.PolicyJson;
import org.ckimg.tools.policy.EffectivePolicy;
import org.ckimg.tools.policy.PolicyOption;
import org.ckimg.tools.policy.SystemPolicy;
import org.ckimg.tools.text.PolicyText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ckimg policy}, which has only subcommands. */
@Command(
    name = "policy",
    description = "Say what may be granted to an image.",
    synopsisSubcommandLabel = "COMMAND")
final class PolicyCommand implements Runnable {
  private PolicyCommand() {}

  /** With its subcommands. */
  static CommandLine of(Console console) {
    return of(console, SystemPolicy.ofThisHost());
  }

  static CommandLine of(Console console, SystemPolicy system) {
    return new CommandLine(new PolicyCommand())
        .addSubcommand("explain", new Explain(console, system));
  }

  @Override
  public void run() {
    throw new UsageException("a command is missing; try 'ckimg policy --help'");
  }

  @Command(
      name = "explain",
      description = {
        "Print the policy that counts, and where each value comes from.",
        "It is yours, narrowed by the system's in /etc/ckimg/policy.toml. What is printed is a"
            + " policy file."
      })
  private static final class Explain implements Callable<Integer> {
    private final Console console;
    private final SystemPolicy system;
    @Mixin private PolicyOption policy;
    @Mixin private JsonOption json;

    Explain(Console console, SystemPolicy system) {
      this.console = console;
      this.system = system;
    }

    @Override
    public Integer call() throws IOException {
      EffectivePolicy effective = policy.under(system);
      if (json.isSet()) {
        PolicyJson.write(effective, console.out());
      } else {
        PolicyText.print(effective, console.paper());
      }
      return ExitCode.OK.number();
    }
  }
}
