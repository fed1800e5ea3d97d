package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.ckimg.tools.Ckimg;
import org.ckimg.tools.cli.Console;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Commands over images that lie under checksums that fit: an answer or one clear error. */
@Tag("fuzz")
@Timeout(60)
class CommandFuzzTest {
  private static final Scratch A = new Scratch(".ckimg");
  private static final Scratch B = new Scratch(".ckimg");
  private static final Scratch POLICY = new Scratch(".toml");
  private static final Set<Integer> SHOWS = Set.of(0, 3);
  private static final Set<Integer> JUDGES = Set.of(0, 1, 3);
  // Machines of other kinds are not compared.
  private static final Set<Integer> COMPARES = Set.of(0, 1, 2, 3);
  private static final Set<Integer> OF_POLICIES = Set.of(0, 2);
  private static final Set<Integer> SEARCHES = Set.of(0, 2, 3);
  private static final int REFUSED = 1;
  private static final List<String> FORMS = List.of("text", "utf16", "hex", "regex");
  private static final int PATTERN_LENGTH = 40;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @FuzzTest
  void inspect(FuzzedDataProvider data) throws IOException {
    Path image = A.with(Edits.image(data));
    json(SHOWS, "inspect", image, "--json");
    run(SHOWS, "inspect", image);
  }

  @FuzzTest
  void triage(FuzzedDataProvider data) throws IOException {
    Path image = A.with(Edits.image(data));
    json(JUDGES, "triage", image, "--json");
  }

  @FuzzTest
  void diff(FuzzedDataProvider data) throws IOException {
    Path a = A.with(Edits.image(data));
    Path b = B.with(Edits.image(data));
    json(COMPARES, "diff", a, b, "--bytes", "--json");
  }

  @FuzzTest
  void search(FuzzedDataProvider data) throws IOException {
    Path image = A.with(Edits.image(data));
    run(SHOWS, "mem", image, "strings");
    String form = data.pickValue(FORMS);
    String pattern = data.consumeString(PATTERN_LENGTH);
    // What repeats what repeats takes as long as its author wants, whatever the image is.
    String safe = form.equals("regex") ? pattern.replaceAll("[*+{]", ".") : pattern;
    List<String> search = new ArrayList<>(List.of("mem", image.toString(), "search", "--as", form));
    if (data.consumeBoolean()) {
      search.add("-i");
    }
    search.addAll(List.of("--", safe));
    run(SEARCHES, search.toArray());
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "/policy.dict")
  void policy(byte[] toml) throws IOException {
    run(OF_POLICIES, "policy", "explain", "--policy", POLICY.with(toml));
  }

  /** What came of a command. */
  private record Answer(String line, int exit, String out) {}

  /** Runs a command; an answer is one object of JSON, and nothing else. */
  private static void json(Set<Integer> expected, Object... arguments) throws IOException {
    Answer answer = run(expected, arguments);
    if (answer.exit() <= REFUSED) {
      assertTrue(JSON.readTree(answer.out()).isObject(), answer::toString);
    }
  }

  /** Runs a command; it must end with one of these codes, and with one error or none. */
  private static Answer run(Set<Integer> expected, Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = Console.plain(InputStream.nullInputStream(), out, err);
    String[] line = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int exit = Ckimg.run(console, line);
    String said = err.toString(StandardCharsets.UTF_8);
    Supplier<String> what = () -> String.join(" ", line) + ": " + exit + " " + said;
    assertTrue(expected.contains(exit), what);
    assertTrue(exit <= REFUSED ? isNotes(line, said) : isOneError(line, said), what);
    return new Answer(String.join(" ", line), exit, out.toString(StandardCharsets.UTF_8));
  }

  /** Lines that begin with the command: with an answer, what it could not know. */
  private static boolean isNotes(String[] line, String said) {
    return said.lines().allMatch(text -> text.startsWith("ckimg " + line[0]));
  }

  /** One line that begins with the command, and where help is; no stack. */
  private static boolean isOneError(String[] line, String said) {
    List<String> errors = said.lines().filter(text -> !text.startsWith("Try '")).toList();
    return errors.size() == 1 && errors.getFirst().startsWith("ckimg " + line[0]);
  }
}
