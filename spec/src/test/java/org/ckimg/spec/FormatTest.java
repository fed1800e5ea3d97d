package org.ckimg.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FORMAT.md says the same as the layout, the rules and the constants. */
class FormatTest {
  private static final Pattern HEADING = Pattern.compile("##+ .*`(\\w+)`, (\\d+) bytes.*");

  /** What FORMAT.md says of ranges that are more than a smallest and a greatest value. */
  private static final String IN_TEXT = "rule";

  static Stream<String> recordHeadings() {
    return Documents.format().stream().filter(line -> HEADING.matcher(line).matches());
  }

  @ParameterizedTest
  @MethodSource("recordHeadings")
  void fieldsAreThoseOfTheLayout(String heading) {
    Matcher parts = HEADING.matcher(heading);
    assertTrue(parts.matches());
    int at = 0;
    List<List<String>> expected = new ArrayList<>();
    for (Ksy.Field field : Ksy.record(parts.group(1))) {
      String type = field.type().isEmpty() ? field.bytes() + " bytes" : field.type();
      String rule = field.rule().replaceFirst("^CK-", "");
      expected.add(List.of(Integer.toString(at), type, field.id(), range(field), rule));
      at += field.bytes();
    }
    List<List<String>> rows = Documents.tableBehind(heading);
    assertEquals(expected, rows.stream().map(row -> row.subList(0, 5)).toList());
    assertEquals(Integer.parseInt(parts.group(2)), at);
  }

  @Test
  void everyTypeOfTheLayoutHasItsTable() {
    List<String> headings = recordHeadings().map(FormatTest::typeOf).sorted().toList();
    List<String> types =
        Ksy.all().stream()
            .filter(f -> f.path().startsWith("/types/") && f.path().endsWith("/seq/0"))
            .filter(f -> f.bytes() > 0 && !f.type().equals("section_head"))
            .map(f -> f.path().split("/")[2])
            .sorted()
            .toList();
    assertEquals(types, headings);
  }

  private static String typeOf(String heading) {
    return HEADING.matcher(heading).replaceAll("$1");
  }

  private static String range(Ksy.Field field) {
    Object valid = field.keys().get("valid");
    if (field.keys().containsKey("contents")) {
      return "fixed";
    }
    return switch (valid) {
      case null -> "any";
      case Integer value -> value.toString();
      case Map<?, ?> map when map.get("any-of") instanceof List<?> values ->
          String.join(", ", values.stream().map(Object::toString).toList());
      case Map<?, ?> map when map.containsKey("expr") ->
          map.get("expr").equals("_ >= 0") ? "≥ 0" : IN_TEXT;
      case Map<?, ?> map -> range(field.type(), map.get("min"), map.get("max"));
      default -> throw new IllegalArgumentException(field.path());
    };
  }

  private static String range(String type, Object min, Object max) {
    Object low = min == null && type.startsWith("u") ? 0 : min;
    if (max == null) {
      return "≥ " + low;
    }
    return max instanceof Number ? number(low) + " to " + number(max) : IN_TEXT;
  }

  private static String number(Object value) {
    long number = ((Number) value).longValue();
    int log = 63 - Long.numberOfLeadingZeros(number);
    if (number < 1 << 17) {
      return Long.toString(number);
    }
    if (Long.bitCount(number) == 1) {
      return "2^" + log;
    }
    return Long.bitCount(number + 1) == 1 ? "2^" + (log + 1) + "-1" : Long.toString(number);
  }

  @Test
  void rulesAreThoseOfTheCode() throws IOException {
    List<String> files;
    try (Stream<java.nio.file.Path> paths = Files.list(Documents.VECTORS.resolve("invalid"))) {
      files = paths.map(p -> p.getFileName().toString().replace(".ckimg", "")).sorted().toList();
    }
    List<List<String>> expected = new ArrayList<>();
    for (Rule rule : Rule.values()) {
      List<String> variants =
          files.stream()
              .filter(name -> name.startsWith(rule.id()))
              .map(name -> name.equals(rule.id()) ? "itself" : name.substring(rule.id().length()))
              .toList();
      expected.add(List.of(rule.id(), rule.sentence(), String.join(", ", variants)));
    }
    assertEquals(expected, Documents.tableWithHead("| rule | sentence | vectors that break it |"));
  }

  @Test
  void sectionTypesAreThoseOfTheCode() {
    List<List<String>> rows =
        Documents.tableBehind("## 5. Section types").stream()
            .filter(row -> !row.get(1).equals("private"))
            .toList();
    assertEquals(SectionType.values().length, rows.size());
    for (SectionType type : SectionType.values()) {
      List<String> row = rows.get(type.ordinal());
      assertEquals("0x%04x".formatted(type.number()), row.get(0));
      assertEquals(type.name(), row.get(1));
      assertEquals(type.critical() ? "1" : "0", row.get(3));
      if (type != SectionType.PAGES) {
        assertTrue(row.get(2).endsWith(" " + type.recordBytes() + " bytes"), row.toString());
      }
    }
  }

  static Stream<Class<?>> presence() {
    return Arrays.stream(Presence.class.getDeclaredClasses());
  }

  @ParameterizedTest
  @MethodSource("presence")
  void presenceBitsAreThoseOfTheCode(Class<?> bits) throws IllegalAccessException {
    String head = "| bit | `Presence.%s` | what it says is known |".formatted(bits.getSimpleName());
    List<List<String>> rows = Documents.tableWithHead(head);
    assertEquals(bits.getDeclaredFields().length, rows.size());
    for (Field field : bits.getDeclaredFields()) {
      int bit = Integer.numberOfTrailingZeros(field.getInt(null));
      assertEquals(List.of("" + bit, field.getName()), rows.get(bit).subList(0, 2));
    }
  }

  @Test
  void numbersAreThoseOfTheModel() {
    List<List<String>> flags = Documents.tableWithHead("| bit of flags | `VmaFlag` | |");
    assertEquals(
        Arrays.stream(VmaFlag.values()).map(f -> List.of("" + f.ordinal(), f.name())).toList(),
        flags.stream().map(row -> row.subList(0, 2)).toList());
    String text = String.join(" ", Documents.format());
    assertTrue(text.contains("Types: " + numbered(FdType.values())));
    assertTrue(text.contains("Kinds: " + numbered(Vma.Kind.values())));
  }

  private static String numbered(Enum<?>[] values) {
    return String.join(
            ", ",
            IntStream.range(0, values.length)
                .mapToObj(i -> i + 1 + " " + values[i].name().toLowerCase(Locale.ROOT))
                .toList())
        + ".";
  }

  @Test
  void theExampleIsTheMinimalVector() throws IOException {
    List<String> lines = Documents.format();
    int start = lines.indexOf("```hex");
    ByteArrayOutputStream example = new ByteArrayOutputStream();
    for (String line : lines.subList(start + 1, lines.size())) {
      if (line.equals("```")) {
        break;
      }
      if (!line.isBlank() && !line.startsWith("#")) {
        assertEquals(example.size(), HexFormat.fromHexDigits(line.substring(0, 3)), line);
        example.writeBytes(bytes(line.substring(5, 52).strip()));
      }
    }
    byte[] vector = Files.readAllBytes(Documents.VECTORS.resolve("valid/minimal.ckimg"));
    assertArrayEquals(vector, example.toByteArray());
  }

  private static byte[] bytes(String hex) {
    if (hex.startsWith("00 * ")) {
      return new byte[Integer.parseInt(hex.substring("00 * ".length()))];
    }
    return HexFormat.ofDelimiter(" ").parseHex(hex);
  }
}
