package org.ckimg.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The documents that ckimg prints. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** {@code inspect --json} of an image. */
  static JsonNode inspect(Path image) throws Exception {
    return parse(Tool.run(Account.SELF, "inspect", image, "--json").assertExit(0));
  }

  static JsonNode parse(Outcome outcome) throws Exception {
    return MAPPER.readTree(outcome.out());
  }

  /**
   * Every value by its path, such as {@code /processes/0/fds/3/position}. A list of words is one
   * value.
   */
  static Map<String, String> leaves(JsonNode node) {
    Map<String, String> leaves = new TreeMap<>();
    collect("", node, leaves);
    return leaves;
  }

  private static void collect(String path, JsonNode node, Map<String, String> leaves) {
    if (node.isObject()) {
      node.properties().forEach(e -> collect(path + "/" + e.getKey(), e.getValue(), leaves));
    } else if (node.isArray() && node.size() > 0 && node.get(0).isContainerNode()) {
      for (int i = 0; i < node.size(); i++) {
        collect(path + "/" + i, node.get(i), leaves);
      }
    } else {
      leaves.put(path, node.isArray() ? node.toString() : node.asText());
    }
  }
}
