package org.ckimg.tools;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.ImageArgument;
import org.ckimg.tools.cli.JsonOption;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.json.InspectJson;
import org.ckimg.tools.text.View;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ckimg inspect}. */
@Command(
    name = "inspect",
    description = {
      "Show what is in an image.",
      "An image that was cut short is shown as far as it goes. Nothing is verified but what is shown;"
          + " use 'ckimg check' for a verdict."
    })
final class InspectCommand implements Callable<Integer>, HasSubject {
  private final Console console;
  @Mixin private ImageArgument image;
  @Mixin private ParentsOption parents;
  @Mixin private JsonOption json;

  @Parameters(
      index = "1..*",
      paramLabel = "VIEW",
      description = "What to show: ${COMPLETION-CANDIDATES}. Default: summary.")
  private List<View> views = List.of(View.SUMMARY);

  @Option(
      names = "--pid",
      paramLabel = "N",
      description = "Show this process alone; the pid is that in the image.")
  private Integer pid;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Optional<String> subject() {
    return image.subject();
  }

  @Override
  public Integer call() throws IOException {
    try (OpenImage open = image.openImage(console, parents.of(image))) {
      show(open.subject());
    }
    return ExitCode.OK.number();
  }

  private void show(Subject subject) throws IOException {
    List<ProcessState> processes = processes(subject);
    if (json.isSet()) {
      InspectJson.write(subject, processes, console.out());
      return;
    }
    for (View view : views) {
      if (view != views.getFirst()) {
        console.paper().gap();
      }
      view.print(subject, processes, console.paper());
    }
  }

  private List<ProcessState> processes(Subject subject) {
    List<ProcessState> all = subject.checkpoint().processes();
    if (pid == null) {
      return all;
    }
    List<ProcessState> chosen = all.stream().filter(p -> p.pid() == pid).toList();
    if (chosen.isEmpty()) {
      String pids = all.stream().map(p -> "" + p.pid()).collect(Collectors.joining(", "));
      throw new UsageException("no process %d in the image; it has %s".formatted(pid, pids));
    }
    return chosen;
  }
}
