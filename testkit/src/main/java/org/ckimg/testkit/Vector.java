package org.ckimg.testkit;

import java.util.List;

/**
 * An image and what a verifier must say of it.
 *
 * @param name path below the folder of the vectors
 * @param image the bytes
 * @param complete false when the image ends before its footer does
 * @param rules exactly the rules that it breaks, sorted; none when it is sound
 */
public record Vector(String name, byte[] image, boolean complete, List<String> rules) {
  /** True when no rule is broken. */
  public boolean sound() {
    return rules.isEmpty();
  }

  /** The line of {@code verdicts.json}. */
  String json() {
    String list = rules.isEmpty() ? "" : "\"" + String.join("\", \"", rules) + "\"";
    return "  \"%s\": {\"sound\": %s, \"complete\": %s, \"rules\": [%s]}"
        .formatted(name, sound(), complete, list);
  }
}
