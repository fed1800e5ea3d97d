package org.ckimg.tools;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.ckimg.linux.probe.Feature;
import org.ckimg.linux.probe.KernelFeatures;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.JsonOption;
import org.ckimg.tools.json.ProbeJson;
import org.ckimg.tools.text.ProbeView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ckimg probe}. */
@Command(
    name = "probe",
    description = {
      "Say what this host lets you do, and what is missing.",
      "Every feature is tried; nothing is changed. The exit code is 4 when something is missing that"
          + " every dump or restore needs."
    })
final class ProbeCommand implements Callable<Integer> {
  private final Console console;
  @Mixin private JsonOption json;

  ProbeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return report(KernelFeatures.probe());
  }

  /** Prints what was found; the exit code says whether it is enough. */
  int report(List<Feature> features) throws IOException {
    boolean usable =
        features.stream().allMatch(f -> f.available() || f.need() != Feature.Need.REQUIRED);
    if (json.isSet()) {
      ProbeJson.write(features, usable, console.out());
    } else {
      ProbeView.print(features, usable, console.paper());
    }
    return (usable ? ExitCode.OK : ExitCode.SYSTEM).number();
  }
}
