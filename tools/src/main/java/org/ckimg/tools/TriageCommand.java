package org.ckimg.tools;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.ImageArgument;
import org.ckimg.tools.cli.JsonOption;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.cli.Progress;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.json.SarifJson;
import org.ckimg.tools.json.TriageJson;
import org.ckimg.tools.mem.Areas;
import org.ckimg.tools.mem.MemoryFilter;
import org.ckimg.tools.text.TriageText;
import org.ckimg.tools.triage.Triage;
import org.ckimg.tools.triage.TriageReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ckimg triage}. */
@Command(
    name = "triage",
    description = {
      "Show what in an image deserves a look: findings with evidence, no scores.",
      "Code of no file or other than its file's, threads and handlers outside code, what was preloaded,"
          + " rights, sockets, descriptors, keys in memory, and what the image says against itself."
          + " The code is 1 when something more than information is found."
    })
final class TriageCommand implements Callable<Integer>, HasSubject {
  private final Console console;
  @Mixin private ImageArgument image;
  @Mixin private ParentsOption parents;
  @Mixin private JsonOption json;

  @Option(names = "--sarif", description = "Print the findings as SARIF 2.1.0, for pipelines.")
  private boolean sarif;

  @Option(
      names = "--reveal",
      description = "Show keys and tokens as they are. Without it only how they begin is shown.")
  private boolean reveal;

  TriageCommand(Console console) {
    this.console = console;
  }

  @Override
  public Optional<String> subject() {
    return image.subject();
  }

  @Override
  public Integer call() throws IOException {
    if (sarif && json.isSet()) {
      throw new UsageException("--sarif does not go with --json");
    }
    try (OpenImage open = image.openImage(console, parents.of(image))) {
      parents.requireAll(open.missing(), image);
      TriageReport report = run(open.subject());
      print(open.subject(), report);
      return (report.counting() == 0 ? ExitCode.OK : ExitCode.REFUSED).number();
    }
  }

  private TriageReport run(Subject subject) throws IOException {
    Areas areas = Areas.of(subject.checkpoint(), MemoryFilter.ALL);
    try (Progress progress = new Progress(console, "searching for keys", areas.bytes())) {
      return Triage.run(subject, areas, reveal, progress);
    }
  }

  private void print(Subject subject, TriageReport report) throws IOException {
    if (sarif) {
      SarifJson.write(report, image.name(), Version.number(), console.out());
    } else if (json.isSet()) {
      TriageJson.write(subject, report, console.out());
    } else {
      subject.image().warnings().forEach(w -> console.err().println("ckimg triage: " + w));
      TriageText.print(report, console.paper());
    }
  }
}
