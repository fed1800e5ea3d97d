package org.ckimg.e2e;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.CsvSource;

/** What is supported, refused, or lost: the table of {@code spec/SUPPORTED.md}, from the tests. */
final class SupportedTable {
  private static final Path CLASSES = Stage.checkout().resolve("e2e/target/test-classes");
  private static final Path PROGRAMS = Stage.checkout().resolve("e2e/src/test/c");
  private static final Pattern COMMENT = Pattern.compile("/\\*(.*?)\\*/", Pattern.DOTALL);

  private SupportedTable() {}

  /**
   * A row.
   *
   * @param fate which table it stands in
   * @param what a sentence
   * @param inParticular what this case has of it; empty for all
   * @param shownBy the case
   */
  record Row(Shows.Fate fate, String what, String inParticular, String shownBy) {
    private String line() {
      return "| %s | %s | `%s` |\n".formatted(what, inParticular, shownBy);
    }
  }

  /** All of them, in the order of the tables. */
  static List<Row> rows() throws IOException {
    return Stream.of(
            VictimCase.all().map(SupportedTable::ofVictim), ofRefusals(), ofTests().stream())
        .flatMap(rows -> rows)
        .toList();
  }

  /** The tables. */
  static String text() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Shows.Fate fate : Shows.Fate.values()) {
      List<Row> rows = rows().stream().filter(row -> row.fate() == fate).toList();
      text.append(
          "\n## %s: %d cases\n\n| what | in particular | shown by |\n|---|---|---|\n"
              .formatted(fate.title(), rows.size()));
      rows.forEach(row -> text.append(row.line()));
    }
    return text.toString();
  }

  /** What a victim says of itself at its top, and of the mode. */
  private static Row ofVictim(VictimCase subject) {
    String about = about(subject.program());
    int modes = Math.max(about.indexOf("Modes: "), about.indexOf("Mode: "));
    String what = modes < 0 ? about : about.substring(0, modes);
    Matcher mode =
        Pattern.compile("\\b" + Pattern.quote(subject.mode()) + " \\(([^)]*)\\)")
            .matcher(modes < 0 ? "" : about.substring(modes));
    String sentence = what.strip().split("(?<=\\.) ")[0].replaceFirst("\\.$", "");
    String special = mode.find() ? mode.group(1) : subject.mode();
    return new Row(
        Shows.Fate.KEPT,
        sentence,
        special.equals("all") ? "" : special,
        subject.program() + " " + subject.mode());
  }

  private static String about(String program) {
    try {
      Matcher comment = COMMENT.matcher(Files.readString(PROGRAMS.resolve(program + ".c")));
      if (!comment.find()) {
        throw new AssertionError(program + ".c says nothing of itself");
      }
      return comment.group(1).replaceAll("(?m)^ \\*", " ").replaceAll("\\s+", " ").strip();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What is refused is called what the message calls it. */
  private static Stream<Row> ofRefusals() {
    return Stream.of(RefusalTest.class.getDeclaredMethods())
        .filter(method -> method.getName().equals("namesWhatItCannotCapture"))
        .flatMap(method -> Stream.of(method.getAnnotation(CsvSource.class).value()))
        .map(line -> line.split(", ", 2))
        .map(pair -> new Row(Shows.Fate.REFUSED, message(pair[1]), "", "holder " + pair[0]));
  }

  private static String message(String regex) {
    return regex
        .replaceAll("^'|'$", "")
        .replaceAll("^fd 50: (\\.\\*)?|^mapping 0x\\.\\*: ", "")
        .replaceAll(" ?\\.\\*", " …")
        .replaceAll("… ?holder ?… ?", "… ");
  }

  private static List<Row> ofTests() throws IOException {
    try (Stream<Path> files = Files.walk(CLASSES)) {
      return files
          .map(file -> CLASSES.relativize(file).toString())
          .filter(name -> name.endsWith("Test.class"))
          .sorted()
          .flatMap(name -> Stream.of(methods(name)))
          .filter(method -> method.isAnnotationPresent(Shows.class))
          .map(SupportedTable::ofTest)
          .sorted(Comparator.comparing(Row::shownBy))
          .toList();
    }
  }

  private static Method[] methods(String file) {
    String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
    try {
      return Class.forName(name, false, SupportedTable.class.getClassLoader()).getDeclaredMethods();
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static Row ofTest(Method method) {
    Shows shows = method.getAnnotation(Shows.class);
    String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
    return new Row(shows.fate(), shows.what(), "", name);
  }
}
