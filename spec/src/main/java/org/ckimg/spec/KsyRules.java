package org.ckimg.spec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Which rule a place of the layout states: the {@code -rule} keys of {@code ckimg_image.ksy}, by
 * the path that the generated parser puts into its errors. The layout is read when the first error
 * is to be named, never on the way of a sound image.
 */
public final class KsyRules {
  /** The layout, a resource beside the generated parser. */
  static final String LAYOUT = "/ckimg_image.ksy";

  private KsyRules() {}

  /**
   * A constrained field.
   *
   * @param rule the rule that its constraint states
   * @param field name of the field
   */
  public record Field(Rule rule, String field) {}

  /**
   * The field at a path such as {@code /types/vma/seq/3}.
   *
   * @throws IllegalArgumentException when the layout constrains nothing there
   */
  public static Field at(String path) {
    Field field = Holder.FIELDS.get(path);
    if (field == null) {
      throw new IllegalArgumentException("no constraint at " + path);
    }
    return field;
  }

  /** All constrained fields by path. */
  public static Map<String, Field> all() {
    return Holder.FIELDS;
  }

  private static final class Holder {
    static final Map<String, Field> FIELDS = load();

    private static Map<String, Field> load() {
      try (InputStream in = KsyRules.class.getResourceAsStream(LAYOUT);
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        Scanner scanner = new Scanner();
        lines.lines().forEach(scanner::line);
        return Map.copyOf(scanner.fields);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Follows the indentation that the style of our layouts fixes: two blanks a level. */
  private static final class Scanner {
    final Map<String, Field> fields = new HashMap<>();
    private String type = "";
    private boolean inSeq;
    private int index = -1;
    private String id = "";

    void line(String line) {
      int indent = line.length() - line.stripLeading().length();
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        return;
      }
      if (indent == 2 && text.endsWith(":") && !inTopSeq()) {
        type = "/types/" + text.substring(0, text.length() - 1);
      }
      if (indent <= 4 && text.endsWith(":")) {
        inSeq = text.equals("seq:");
        index = -1;
      }
      if (inSeq && text.startsWith("- id: ")) {
        index++;
        id = text.substring("- id: ".length());
      }
      if (inSeq && text.startsWith("-rule: ")) {
        Rule rule = Rule.of(text.substring("-rule: ".length()));
        fields.put(type + "/seq/" + index, new Field(rule, id));
      }
    }

    private boolean inTopSeq() {
      return type.isEmpty() && inSeq;
    }
  }
}
