package org.ckimg.tools;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.ImageArgument;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.cli.Progress;
import org.ckimg.tools.cli.Sink;
import org.ckimg.tools.diff.Diff;
import org.ckimg.tools.diff.PageRange;
import org.ckimg.tools.diff.Part;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.json.ReportJson;
import org.ckimg.tools.mem.Areas;
import org.ckimg.tools.mem.MemoryFilter;
import org.ckimg.tools.report.HtmlPage;
import org.ckimg.tools.report.Layers;
import org.ckimg.tools.report.MappedLayers;
import org.ckimg.tools.triage.Triage;
import org.ckimg.tools.triage.TriageReport;
import org.ckimg.writer.ImageFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ckimg report}. */
@Command(
    name = "report",
    description = {
      "Make one HTML file of an image, or of what changed from one image to another, for any"
          + " browser.",
      "It holds all that inspect, triage and diff say, and draws the memory. The page asks the"
          + " network for nothing. What an image has too much of is left out, and the page says"
          + " so."
    })
final class ReportCommand implements Callable<Integer>, HasSubject {
  private static final String STANDARD_OUTPUT = "-";

  private final Console console;
  private final ImageComparison comparison;
  @Mixin private ParentsOption parents;

  @Parameters(
      arity = "1..2",
      paramLabel = "IMAGE",
      description =
          "The image; with two of them the page is of the second, and shows what changed since the"
              + " first. One of them may be - for standard input.")
  private List<String> images = List.of();

  @Option(
      names = "-o",
      required = true,
      paramLabel = "FILE",
      description = "Where the page goes; - is standard output.")
  private String output;

  @Option(
      names = "--reveal",
      description = "Show keys and tokens as they are. Without it only how they begin is shown.")
  private boolean reveal;

  ReportCommand(Console console) {
    this.console = console;
    this.comparison = new ImageComparison(console, "ckimg report");
  }

  @Override
  public Optional<String> subject() {
    return comparison.subject();
  }

  @Override
  public Integer call() throws IOException {
    ImageComparison.requireOneStream(images);
    for (String image : images) {
      ImageArgument.of(image).refuseAsOutput("-o", output);
    }
    if (images.size() == 1) {
      try (OpenImage open = comparison.open(images.getFirst(), parents)) {
        comparison.warn(open.subject());
        write(open.subject(), Optional.empty());
      }
    } else {
      try (OpenImage a = comparison.open(images.getFirst(), parents);
          OpenImage b = comparison.open(images.getLast(), parents)) {
        Diff diff = comparison.compare(a.subject(), b.subject(), EnumSet.allOf(Part.class));
        write(b.subject(), Optional.of(diff));
      }
    }
    return ExitCode.OK.number();
  }

  private void write(Subject subject, Optional<Diff> diff) throws IOException {
    TriageReport triage;
    List<MappedLayers> layers;
    Areas areas = Areas.of(subject.checkpoint(), MemoryFilter.ALL);
    try (Progress progress = new Progress(console, "reading memory", 2 * areas.bytes())) {
      triage = Triage.run(subject, areas, reveal, progress);
      layers = layers(subject, areas, diff, progress);
    }
    List<HtmlPage.Document> documents = new ArrayList<>();
    add(documents, "inspect", out -> ReportJson.inspect(subject, out));
    add(documents, "triage", out -> ReportJson.triage(subject, triage, out));
    add(documents, "layers", out -> ReportJson.layers(layers, out));
    diff.ifPresent(d -> add(documents, "diff", out -> ReportJson.diff(d, out)));
    save(title(subject, diff), documents);
  }

  private static void add(List<HtmlPage.Document> documents, String id, HtmlPage.Part json) {
    documents.add(new HtmlPage.Document(id, json));
  }

  private static String title(Subject subject, Optional<Diff> diff) {
    String from = diff.map(d -> d.a().image().name() + " → ").orElse("");
    return from + subject.image().name();
  }

  private static List<MappedLayers> layers(
      Subject subject, Areas areas, Optional<Diff> diff, Progress progress) throws IOException {
    Layers layers = Layers.of(subject, areas, progress);
    List<MappedLayers> all = new ArrayList<>();
    for (ProcessState process : subject.checkpoint().processes()) {
      List<PageRange> changes =
          diff.stream()
              .flatMap(d -> d.processes().stream())
              .filter(p -> p.b().filter(b -> b == process).isPresent())
              .findFirst()
              .map(p -> p.pages().ranges())
              .orElse(List.of());
      all.add(new MappedLayers(process.pid(), layers.of(process, changes)));
    }
    return all;
  }

  private void save(String title, List<HtmlPage.Document> documents) throws IOException {
    if (output.equals(STANDARD_OUTPUT)) {
      HtmlPage.write(title, documents, console.out());
      return;
    }
    try (ImageFile file = ImageFile.create(Path.of(output))) {
      Sink sink = new Sink(Channels.newOutputStream(file.channel()), output);
      PrintWriter out = new PrintWriter(new OutputStreamWriter(sink, StandardCharsets.UTF_8));
      HtmlPage.write(title, documents, out);
      out.flush();
      sink.check();
      file.commit();
    }
  }
}
