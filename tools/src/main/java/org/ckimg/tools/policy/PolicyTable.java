package org.ckimg.tools.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.ckimg.restorer.policy.Policy.Answer;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.names.CapabilityNames;

/**
 * One table of a policy file. A key that is not there has the value of the profile; a key that
 * nobody asked for is unknown.
 */
final class PolicyTable {
  private static final String ALL = "all";

  private final String file;
  private final String prefix;
  private final JsonNode node;
  private final Set<String> known = new HashSet<>();

  /** The table that a file is. */
  PolicyTable(String file, JsonNode node) {
    this(file, "", node);
  }

  private PolicyTable(String file, String prefix, JsonNode node) {
    this.file = file;
    this.prefix = prefix;
    this.node = node;
  }

  /** The table below this one; an empty one when it is not there. */
  PolicyTable table(String key) {
    JsonNode found = value(key).orElse(JsonNodeFactory.instance.objectNode());
    if (!found.isObject()) {
      throw wrong(key, "is a value, not a table");
    }
    return new PolicyTable(file, prefix + key + ".", found);
  }

  boolean has(String key) {
    return node.has(key);
  }

  /** Full names of the keys that are given. */
  Stream<String> given() {
    return node.properties().stream().map(entry -> prefix + entry.getKey());
  }

  boolean flag(String key, boolean base) {
    return value(key)
        .map(found -> require(found, found.isBoolean(), key, "true or false").booleanValue())
        .orElse(base);
  }

  String text(String key, String base) {
    return value(key).map(found -> text(found, key)).orElse(base);
  }

  long size(String key, long base) {
    return value(key)
        .map(found ->
            require(
                    found,
                    found.isIntegralNumber() && found.canConvertToLong() && found.longValue() >= 0,
                    key,
                    "a whole number from 0 to 2^63 - 1")
                .longValue())
        .orElse(base);
  }

  Answer answer(String key, Answer base) {
    return value(key).map(found -> answer(text(found, key), key)).orElse(base);
  }

  private Answer answer(String text, String key) {
    return Stream.of(Answer.values())
        .filter(answer -> answer.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() -> wrong(key, quoted(text) + " is not allow, warn or refuse"));
  }

  List<String> texts(String key, List<String> base) {
    return value(key).map(found -> texts(found, key)).orElse(base);
  }

  List<String> paths(String key, List<String> base) {
    return value(key)
        .map(found -> texts(found, key).stream().map(path -> path(path, key)).toList())
        .orElse(base);
  }

  /** As the kernel shows a path; a slash at the end is left out. */
  private String path(String text, String key) {
    String path =
        text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    List<String> parts = List.of(path.substring(Math.min(1, path.length())).split("/", -1));
    boolean plain =
        path.equals("/")
            || path.startsWith("/")
                && Stream.of("", ".", "..").noneMatch(parts::contains)
                && path.indexOf('\0') < 0;
    if (!plain) {
      throw wrong(key, quoted(text) + " is not an absolute path without empty parts, . and ..");
    }
    return path;
  }

  /** A mask; bit n is capability n. */
  long capabilities(String key, long base) {
    return value(key).map(found -> capabilities(found, key)).orElse(base);
  }

  private long capabilities(JsonNode found, String key) {
    if (found.isTextual()) {
      require(found, found.textValue().equals(ALL), key, "a list of capabilities, or \"all\"");
      return -1;
    }
    long mask = 0;
    for (String name : texts(found, key)) {
      mask |=
          CapabilityNames.mask(name)
              .orElseThrow(() ->
                  wrong(key, quoted(name) + " is no capability such as CAP_NET_BIND_SERVICE"));
    }
    return mask;
  }

  /** To be called when every key was asked for. */
  void refuseUnknown() {
    for (String key : (Iterable<String>) node::fieldNames) {
      if (!known.contains(key)) {
        throw wrong(key, "is not a key of a policy");
      }
    }
  }

  /** What is wrong with a key. */
  UsageException wrong(String key, String what) {
    return new UsageException(
        "policy %s: %s: %s".formatted(Bytes.utf8(file), Bytes.utf8(prefix + key), what));
  }

  private Optional<JsonNode> value(String key) {
    known.add(key);
    return Optional.ofNullable(node.get(key));
  }

  private List<String> texts(JsonNode found, String key) {
    require(found, found.isArray(), key, "a list of strings");
    List<String> texts = new ArrayList<>();
    found.forEach(element -> texts.add(text(element, key)));
    return texts;
  }

  private String text(JsonNode found, String key) {
    return require(found, found.isTextual(), key, "a string").textValue();
  }

  private JsonNode require(JsonNode found, boolean right, String key, String what) {
    if (!right) {
      throw wrong(key, "%s is not %s".formatted(quoted(found.asText()), what));
    }
    return found;
  }

  private static String quoted(String text) {
    return "'" + Bytes.utf8(text) + "'";
  }
}
