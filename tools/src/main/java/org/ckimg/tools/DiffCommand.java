package org.ckimg.tools;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.JsonOption;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.diff.Diff;
import org.ckimg.tools.diff.Part;
import org.ckimg.tools.diff.Timeline;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.json.DiffJson;
import org.ckimg.tools.json.TimelineJson;
import org.ckimg.tools.text.DiffText;
import org.ckimg.tools.text.TimelineText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ckimg diff}. */
@Command(
    name = "diff",
    description = {
      "Show what differs between two images of a program, of whatever formats.",
      "Three images or more are a series: each is compared with the one before it.",
      "Clocks, what is left of running timers and the rseq area do not count. What only one image"
          + " can know is not compared, and named."
    })
final class DiffCommand implements Callable<Integer>, HasSubject {
  private final Console console;
  @Mixin private ParentsOption parents;
  @Mixin private JsonOption json;
  private final ImageComparison comparison;

  @Parameters(
      arity = "2..*",
      paramLabel = "IMAGE",
      description = "The images, oldest first; one of them may be - for standard input.")
  private List<String> images = List.of();

  @Option(
      names = "--only",
      paramLabel = "VIEW",
      split = ",",
      description = "Compare this alone: ${COMPLETION-CANDIDATES}; several with commas.")
  private List<Part> only = List.of();

  @Option(
      names = "--bytes",
      description = "Show which bytes of changed pages differ; these pages are read.")
  private boolean bytes;

  DiffCommand(Console console) {
    this.console = console;
    this.comparison = new ImageComparison(console, "ckimg diff");
  }

  @Override
  public Optional<String> subject() {
    return comparison.subject();
  }

  @Override
  public Integer call() throws IOException {
    ImageComparison.requireOneStream(images);
    boolean same = images.size() == 2 ? pair() : series();
    return (same ? ExitCode.OK : ExitCode.REFUSED).number();
  }

  private boolean pair() throws IOException {
    try (OpenImage a = open(images.getFirst());
        OpenImage b = open(images.getLast())) {
      Diff diff = compare(a, b);
      if (json.isSet()) {
        DiffJson.write(diff, bytes, console.out());
      } else {
        DiffText.print(diff, bytes, console.paper());
      }
      return diff.same();
    }
  }

  /** No more than two images are open at a time. */
  private boolean series() throws IOException {
    try (Timeline timeline = timeline()) {
      OpenImage before = open(images.getFirst());
      try {
        for (String name : images.subList(1, images.size())) {
          OpenImage after = open(name);
          try {
            timeline.add(compare(before, after));
          } finally {
            before.close();
            before = after;
          }
        }
      } finally {
        before.close();
      }
      return timeline.same();
    }
  }

  private OpenImage open(String name) throws IOException {
    return comparison.open(name, parents);
  }

  private Diff compare(OpenImage a, OpenImage b) throws IOException {
    Set<Part> parts = only.isEmpty() ? EnumSet.allOf(Part.class) : EnumSet.copyOf(only);
    return comparison.compare(a.subject(), b.subject(), parts);
  }

  private Timeline timeline() throws IOException {
    return json.isSet()
        ? new TimelineJson(bytes, console.out())
        : new TimelineText(bytes, console.paper());
  }
}
