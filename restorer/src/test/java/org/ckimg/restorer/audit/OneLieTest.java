package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.ImageException;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Kept;
import org.ckimg.testkit.Numbers;
import org.ckimg.testkit.Samples;
import org.ckimg.testkit.Table;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the audit says when one number of an image that may be restored is another one, on the host
 * that the image comes from: what is found, and what is given, that was not before. Of a value that
 * is not named no reader makes a model. The texts are kept beside the test; {@link VectorAuditTest}
 * says how they are written.
 */
class OneLieTest {
  private static final Path KEPT = Path.of("src/test/resources/org/ckimg/restorer/audit/lies");
  private static final byte[] SOUND = Samples.restorable().build().bytes();
  private static final long[] VALUES = {0, 1, -1};

  /** Of the first records of a table, and the first words of what they have in the heap. */
  private static final Pattern FIELD = Pattern.compile("[A-Z_]+/(heap/)?[0-3]/(?!reserved)[a-z_]+");

  private static final int MOST_WORDS = 27;

  @TempDir static Path folder;

  private static HostFacts host;
  private static Set<String> before;

  /** A number in the image. */
  private record Field(String name, int offset, int bytes) {}

  @BeforeAll
  static void auditTheTruth() throws IOException {
    try (ImageReader reader = ImageReader.open(Files.write(folder.resolve("sound"), SOUND))) {
      host = TestHost.origin(reader.checkpoint(), 0, -1);
    }
    before = said(SOUND).orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void inATable(Table table) throws IOException {
    StringBuilder found = new StringBuilder();
    for (Field field : fields(table)) {
      lies(field)
          .forEach((said, values) ->
              found.append("%s = %s\n%s".formatted(field.name, String.join(", ", values), said)));
    }
    String all = found.toString();
    assertEquals(Kept.in(KEPT.resolve(table + ".txt"), all), all);
  }

  private static List<Field> fields(Table table) {
    Image image = Image.of(SOUND);
    List<Field> fields = new ArrayList<>();
    for (String name : image.names()) {
      Matcher matcher = FIELD.matcher(name);
      if (!name.startsWith(table + "/") || !matcher.matches()) {
        continue;
      }
      int bytes = image.size(name);
      if (matcher.group(1) == null && bytes <= Long.BYTES) {
        fields.add(new Field(name, image.offset(name), bytes));
      } else if (matcher.group(1) != null) {
        for (int at = 0; at + Long.BYTES <= Math.min(bytes, MOST_WORDS * Long.BYTES); at += 8) {
          fields.add(new Field(name + "+" + at, image.offset(name) + at, Long.BYTES));
        }
      }
    }
    return fields;
  }

  /** What is said, and of which values. */
  private static Map<String, List<String>> lies(Field field) throws IOException {
    Map<String, List<String>> lies = new LinkedHashMap<>();
    for (long value : VALUES) {
      Image image = Image.of(SOUND);
      image.set(field.offset, Numbers.of(field.bytes, value));
      Optional<Set<String>> said = said(image.bytes());
      if (said.isPresent()) {
        said.get().removeAll(before);
        lies.computeIfAbsent(String.join("", said.get()), _ -> new ArrayList<>())
            .add(Long.toString(value));
      }
    }
    return lies;
  }

  /** Empty where there is no model. */
  private static Optional<Set<String>> said(byte[] image) throws IOException {
    Path file = Files.write(folder.resolve("lie"), image);
    try (ImageReader reader = ImageReader.open(file)) {
      AuditReport report = Auditor.audit(reader.checkpoint(), host, TestHost.OPTIONS);
      Set<String> said = new TreeSet<>();
      for (AuditFinding finding : report.findings()) {
        said.add(
            "  %s %s %s: %s\n"
                .formatted(finding.rule(), finding.effect(), finding.subject(), finding.text()));
      }
      for (Authority authority : report.authority()) {
        said.add(
            "  pid %d gets %s: %s\n"
                .formatted(authority.pid(), authority.kind(), authority.what()));
      }
      return Optional.of(said);
    } catch (ImageException e) {
      return Optional.empty();
    }
  }
}
