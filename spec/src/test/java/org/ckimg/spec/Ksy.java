package org.ckimg.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** The layout as YAML. */
final class Ksy {
  private static final Map<String, Integer> SIZES =
      Map.of("u1", 1, "u2", 2, "u4", 4, "u8", 8, "s4", 4, "s8", 8, "blob", 8);

  private Ksy() {}

  /**
   * A field of a type.
   *
   * @param path as in errors of the generated parser
   * @param type of the field, {@code blob} for all blobs; empty for bytes
   * @param bytes its size, -1 when it is not fixed
   * @param rule value of {@code -rule}, empty when there is none
   * @param keys all keys
   */
  record Field(String path, String id, String type, int bytes, String rule, Map<?, ?> keys) {
    boolean constrained() {
      return keys.containsKey("valid") || keys.containsKey("contents");
    }
  }

  /** All fields of all types, those of the file itself under {@code ""}. */
  static List<Field> all() {
    Map<?, ?> root = root();
    List<Field> fields = new ArrayList<>(fields("", root));
    ((Map<?, ?>) root.get("types"))
        .forEach((name, type) -> fields.addAll(fields("/types/" + name, (Map<?, ?>) type)));
    return fields;
  }

  /** Fields with a size of one type. */
  static List<Field> record(String type) {
    Map<?, ?> types = (Map<?, ?>) root().get("types");
    return fields("/types/" + type, (Map<?, ?>) types.get(type)).stream()
        .filter(f -> f.bytes != 0)
        .toList();
  }

  private static Map<?, ?> root() {
    try (InputStream in = Ksy.class.getResourceAsStream(KsyRules.LAYOUT)) {
      return new Yaml().load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Field> fields(String path, Map<?, ?> type) {
    List<Field> fields = new ArrayList<>();
    if (type.get("seq") instanceof List<?> seq) {
      for (int i = 0; i < seq.size(); i++) {
        fields.add(field(path + "/seq/" + i, (Map<?, ?>) seq.get(i)));
      }
    }
    return fields;
  }

  private static Field field(String path, Map<?, ?> keys) {
    String type = keys.get("type") instanceof String text ? text.replaceAll("\\(.*", "") : "";
    Object rule = keys.containsKey("-rule") ? keys.get("-rule") : "";
    return new Field(path, (String) keys.get("id"), type, bytes(type, keys), (String) rule, keys);
  }

  private static int bytes(String type, Map<?, ?> keys) {
    if (keys.get("contents") instanceof List<?> contents) {
      return contents.size();
    }
    return keys.get("size") instanceof Integer size ? size : SIZES.getOrDefault(type, -1);
  }
}
