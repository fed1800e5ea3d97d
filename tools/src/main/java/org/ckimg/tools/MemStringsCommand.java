package org.ckimg.tools;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.JsonOption;
import org.ckimg.tools.cli.MemoryFilterOption;
import org.ckimg.tools.cli.Progress;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.json.MemJson;
import org.ckimg.tools.mem.Areas;
import org.ckimg.tools.mem.MemoryFilter;
import org.ckimg.tools.mem.Place;
import org.ckimg.tools.mem.StringSearch;
import org.ckimg.tools.mem.Swept;
import org.ckimg.tools.text.Human;
import org.ckimg.tools.text.PlaceText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ckimg mem IMAGE strings}. */
@Command(
    name = "strings",
    description = "Show runs of printable ASCII, with where they are, as strings(1) finds them.")
final class MemStringsCommand implements Callable<Integer>, HasSubject {
  private static final int SHORTEST = 6;

  private final Console console;
  private final MemCommand mem;
  @Mixin private MemoryFilterOption filter;
  @Mixin private JsonOption json;

  @Option(
      names = {"-n", "--length"},
      paramLabel = "N",
      description = "Characters that a string has at least (default: 6).")
  private int shortest = SHORTEST;

  @Option(
      names = "--utf16",
      description = "Find strings of two bytes a character, at even addresses, instead.")
  private boolean utf16;

  MemStringsCommand(Console console, MemCommand mem) {
    this.console = console;
    this.mem = mem;
  }

  @Override
  public Optional<String> subject() {
    return mem.subject();
  }

  @Override
  public Integer call() throws IOException {
    if (shortest < 1) {
      throw new UsageException("--length is at least 1");
    }
    try (OpenImage open = mem.open()) {
      Subject subject = open.subject();
      int pageShift = subject.checkpoint().host().pageShift();
      MemoryFilter chosen = filter.filter(mem.pid(subject), pageShift);
      Areas areas = Areas.of(subject.checkpoint(), chosen);
      try (Progress progress = new Progress(console, "reading", areas.bytes())) {
        if (json.isSet()) {
          document(subject, areas, progress);
        } else {
          Swept swept = StringSearch.run(subject, shortest, utf16, areas, progress, this::print);
          sayWhatIsLeftOut(swept, console);
        }
      }
    }
    return ExitCode.OK.number();
  }

  private void document(Subject subject, Areas areas, Progress progress) throws IOException {
    try (MemJson document = MemJson.of("ckimg.strings/1", "strings", console.out())) {
      document.end(StringSearch.run(subject, shortest, utf16, areas, progress, document::string));
    }
  }

  private void print(List<Place> places, String text) {
    String more = places.size() == 1 ? "" : " and " + (places.size() - 1) + " more";
    console.paper().line(PlaceText.of(places.getFirst()) + more + "  " + text);
  }

  /** Pages of files that are not in the image. */
  static void sayWhatIsLeftOut(Swept swept, Console console) {
    if (swept.pagesElsewhere() > 0) {
      console
          .err()
          .println(
              "ckimg mem: %s searched; not searched: %s of %s that the image leaves to their files"
                  .formatted(
                      Human.bytes(swept.bytes()),
                      Human.count(swept.pagesElsewhere(), "page"),
                      Human.count(swept.mappingsElsewhere(), "mapping")));
    }
  }
}
