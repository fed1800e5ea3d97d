package org.ckimg.tools;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.ckimg.spec.model.Bytes;
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
import org.ckimg.tools.mem.Match;
import org.ckimg.tools.mem.MemoryFilter;
import org.ckimg.tools.mem.Needle;
import org.ckimg.tools.mem.Search;
import org.ckimg.tools.mem.Swept;
import org.ckimg.tools.text.Paper;
import org.ckimg.tools.text.PlaceText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ckimg mem IMAGE search}. */
@Command(
    name = "search",
    description = {
      "Look for something in private and shared memory, in what waits in pipes and sockets, and in"
          + " deleted files.",
      "Each match is shown with whoever had it, the address, the mapping, and what is around it."
          + " Pages of mapped files that the image leaves to these files are not searched."
    })
final class MemSearchCommand implements Callable<Integer>, HasSubject {
  /** How PATTERN is read. */
  enum As {
    TEXT,
    UTF16,
    HEX,
    REGEX
  }

  private final Console console;
  private final MemCommand mem;
  @Mixin private MemoryFilterOption filter;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "PATTERN", description = "What to look for.")
  private String pattern;

  @Option(
      names = "--as",
      paramLabel = "FORM",
      description =
          "What PATTERN is: ${COMPLETION-CANDIDATES}: UTF-8, UTF-16 little-endian, hex digits, or a"
              + " regular expression of Java over bytes, of which \\xNN is one; matches over 4 KiB may"
              + " be cut (default: text).")
  private As form = As.TEXT;

  @Option(
      names = {"-i", "--ignore-case"},
      description = "Take small and capital letters of ASCII for the same.")
  private boolean ignoreCase;

  MemSearchCommand(Console console, MemCommand mem) {
    this.console = console;
    this.mem = mem;
  }

  @Override
  public Optional<String> subject() {
    return mem.subject();
  }

  @Override
  public Integer call() throws IOException {
    Needle needle = needle();
    try (OpenImage open = mem.open()) {
      Subject subject = open.subject();
      int pageShift = subject.checkpoint().host().pageShift();
      MemoryFilter chosen = filter.filter(mem.pid(subject), pageShift);
      Areas areas = Areas.of(subject.checkpoint(), chosen);
      try (Progress progress = new Progress(console, "searching", areas.bytes())) {
        if (json.isSet()) {
          document(subject, needle, areas, progress);
        } else {
          lines(subject, needle, areas, progress);
        }
      }
    } catch (StackOverflowError e) {
      throw new UsageException("the expression repeats a group too often for the stack", e);
    }
    return ExitCode.OK.number();
  }

  private Needle needle() {
    if (pattern.isEmpty()) {
      throw new UsageException("an empty PATTERN is everywhere");
    }
    return switch (form) {
      case TEXT -> literal(bytes(StandardCharsets.UTF_8));
      case UTF16 -> literal(bytes(StandardCharsets.UTF_16LE));
      case HEX -> literal(hex());
      case REGEX -> expression(pattern, 0);
    };
  }

  private byte[] bytes(Charset charset) {
    return pattern.getBytes(charset);
  }

  private byte[] hex() {
    try {
      return HexFormat.of().parseHex(pattern.replace(" ", ""));
    } catch (IllegalArgumentException e) {
      throw new UsageException(quoted() + " is no list of hex digits, two for each byte", e);
    }
  }

  /** The pattern in one line, whatever is in it. */
  private String quoted() {
    return "'" + Bytes.utf8(pattern) + "'";
  }

  private Needle literal(byte[] bytes) {
    if (bytes.length > Needle.MAX_BYTES) {
      throw new UsageException("a PATTERN has at most %d bytes".formatted(Needle.MAX_BYTES));
    }
    return ignoreCase
        ? expression(new String(bytes, StandardCharsets.ISO_8859_1), Pattern.LITERAL)
        : Needle.Literal.of(bytes);
  }

  private Needle expression(String text, int flags) {
    try {
      return new Needle.Expression(
          Pattern.compile(text, flags | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0)));
    } catch (PatternSyntaxException e) {
      String reason = e.getDescription() + " at " + e.getIndex();
      throw new UsageException(quoted() + " is no regular expression: " + reason, e);
    }
  }

  private void document(Subject subject, Needle needle, Areas areas, Progress progress)
      throws IOException {
    try (MemJson document = MemJson.of("ckimg.search/1", "matches", console.out())) {
      document.end(Search.run(subject, needle, areas, progress, document::match));
    }
  }

  private void lines(Subject subject, Needle needle, Areas areas, Progress progress)
      throws IOException {
    Swept swept = Search.run(subject, needle, areas, progress, this::print);
    MemStringsCommand.sayWhatIsLeftOut(swept, console);
  }

  private void print(Match match) {
    Paper paper = console.paper();
    String first = PlaceText.of(match.places().getFirst());
    paper.line(first + "  " + PlaceText.context(match, paper.style()));
    match.places().stream().skip(1).forEach(place -> paper.line("  also " + PlaceText.of(place)));
  }
}
