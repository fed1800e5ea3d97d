package org.ckimg.tools;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Rule;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.ImageArgument;
import org.ckimg.tools.cli.JsonOption;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.cli.Progress;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.diff.Diff;
import org.ckimg.tools.diff.Differ;
import org.ckimg.tools.diff.Part;
import org.ckimg.tools.diff.Timeline;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.input.Subject;
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
  private Optional<String> subject = Optional.empty();

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
  }

  @Override
  public Optional<String> subject() {
    return subject;
  }

  @Override
  public Integer call() throws IOException {
    if (images.stream().filter("-"::equals).count() > 1) {
      throw new UsageException("standard input can be one image, not several");
    }
    boolean same = images.size() == 2 ? pair() : series();
    return (same ? ExitCode.OK : ExitCode.REFUSED).number();
  }

  private boolean pair() throws IOException {
    try (OpenImage a = open(images.get(0));
        OpenImage b = open(images.get(1))) {
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

  private Timeline timeline() throws IOException {
    return json.isSet()
        ? new TimelineJson(bytes, console.out())
        : new TimelineText(bytes, console.paper());
  }

  private OpenImage open(String name) throws IOException {
    ImageArgument argument = ImageArgument.of(name);
    subject = argument.subject();
    OpenImage open = argument.openImage(console, parents.of(argument));
    try {
      parents.requireAll(open.missing(), argument);
      return open;
    } catch (IOException e) {
      open.close();
      throw e;
    }
  }

  private Diff compare(OpenImage a, OpenImage b) throws IOException {
    requireSamePages(a.subject(), b.subject());
    for (Subject image : List.of(a.subject(), b.subject())) {
      image.image().warnings().forEach(text -> warn(image, text));
    }
    Set<Part> parts = only.isEmpty() ? EnumSet.allOf(Part.class) : EnumSet.copyOf(only);
    try (Progress progress = new Progress(console, "comparing", commonBytes(a.subject()))) {
      return Differ.compare(
          a.subject(), b.subject(), parts, image -> subject = name(image), progress);
    }
  }

  private static Optional<String> name(Subject image) {
    return Optional.of(image.image().name());
  }

  private void warn(Subject image, String text) {
    console.err().println("ckimg diff: %s: %s".formatted(image.image().name(), text));
  }

  private static long commonBytes(Subject subject) throws IOException {
    long pages = 0;
    for (int object = 1; object <= subject.checkpoint().objects().size(); object++) {
      pages += subject.pages().total(object).pages();
    }
    return pages << subject.checkpoint().host().pageShift();
  }

  private static void requireSamePages(Subject a, Subject b) throws UnsupportedImageException {
    int sizeA = a.checkpoint().host().pageSize();
    int sizeB = b.checkpoint().host().pageSize();
    if (sizeA != sizeB) {
      String text = "pages of %d bytes cannot be compared with the %d of %s";
      throw new UnsupportedImageException(
          new Finding(Rule.HDR_04, "header", 12, text.formatted(sizeB, sizeA, a.image().name())));
    }
  }
}
