package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.ckimg.tools.Ckimg;
import org.ckimg.tools.cli.Console;
import org.junit.jupiter.api.Tag;

/** Commands over images that lie under checksums that fit: an answer or one clear error. */
@Tag("fuzz")
class CommandFuzzTest {
  private static final Scratch A = new Scratch(".ckimg");
  private static final Scratch B = new Scratch(".ckimg");
  private static final Scratch POLICY = new Scratch(".toml");
  private static final Set<Integer> ANSWERS = Set.of(0, 1, 3);
  private static final Set<Integer> OF_POLICIES = Set.of(0, 2);
  private static final ObjectMapper JSON = new ObjectMapper();

  @FuzzTest
  void inspect(FuzzedDataProvider data) throws IOException {
    Path image = A.with(Edits.image(data));
    String json = run(ANSWERS, "inspect", image, "--json");
    JSON.readTree(json);
    run(ANSWERS, "inspect", image);
  }

  @FuzzTest
  void triage(FuzzedDataProvider data) throws IOException {
    Path image = A.with(Edits.image(data));
    JSON.readTree(run(ANSWERS, "triage", image, "--json"));
  }

  @FuzzTest
  void diff(FuzzedDataProvider data) throws IOException {
    Path a = A.with(Edits.image(data));
    Path b = B.with(Edits.image(data));
    // Machines of other kinds are not compared.
    JSON.readTree(run(Set.of(0, 1, 2, 3), "diff", a, b, "--bytes", "--json"));
  }

  @FuzzTest
  void search(FuzzedDataProvider data) throws IOException {
    Path image = A.with(Edits.image(data));
    run(ANSWERS, "mem", image, "strings");
    run(ANSWERS, "mem", image, "search", "a");
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "/policy.dict")
  void policy(byte[] toml) throws IOException {
    run(OF_POLICIES, "policy", "explain", "--policy", POLICY.with(toml));
  }

  /** Runs a command; it must end with one of these codes. */
  private static String run(Set<Integer> expected, Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = Console.plain(InputStream.nullInputStream(), out, err);
    String[] line = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int exit = Ckimg.run(console, line);
    String said = err.toString(StandardCharsets.UTF_8);
    assertTrue(expected.contains(exit), () -> String.join(" ", line) + ": " + exit + " " + said);
    return out.toString(StandardCharsets.UTF_8);
  }
}
