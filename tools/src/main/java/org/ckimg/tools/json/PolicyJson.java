package org.ckimg.tools.json;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.ckimg.tools.policy.EffectivePolicy;
import org.ckimg.tools.policy.PolicyValue;
import org.ckimg.tools.policy.Who;

/** The document {@code ckimg.policy/1}. */
public final class PolicyJson {
  private PolicyJson() {}

  /** Writes it. */
  public static void write(EffectivePolicy effective, PrintWriter out) throws IOException {
    try (Json json = new Json(out)) {
      json.object(() -> document(effective, json));
    }
  }

  private static void document(EffectivePolicy effective, Json json) throws IOException {
    json.text("schema", "ckimg.policy/1");
    json.text("name", effective.policy().name());
    json.flag("restores", effective.policy().restores());
    json.text("system", effective.system().flatMap(source -> source.file()));
    if (effective.who().isPresent()) {
      Who who = effective.who().get();
      json.object(
          "who",
          () -> {
            json.strings("users", who.users());
            json.strings("groups", who.groups());
          });
    }
    json.objects(
        "values", PolicyValue.of(effective.policy()), value -> value(value, effective, json));
  }

  private static void value(PolicyValue value, EffectivePolicy effective, Json json)
      throws IOException {
    json.text("key", value.key());
    switch (value.value()) {
      case Boolean flag -> json.flag("value", flag);
      case Long number -> json.number("value", number);
      case List<?> list -> json.strings("value", list);
      default -> json.text("value", value.value());
    }
    json.strings("from", effective.origins(value));
  }
}
