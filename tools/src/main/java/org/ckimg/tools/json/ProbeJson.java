package org.ckimg.tools.json;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.ckimg.linux.probe.Feature;

/** The document {@code ckimg.probe/1}. */
public final class ProbeJson {
  private ProbeJson() {}

  /** Writes it. */
  public static void write(List<Feature> features, boolean usable, PrintWriter out)
      throws IOException {
    try (Json json = new Json(out)) {
      json.object(() -> {
        json.text("schema", "ckimg.probe/1");
        json.flag("usable", usable);
        json.objects("features", features, feature -> feature(feature, json));
      });
    }
  }

  private static void feature(Feature feature, Json json) throws IOException {
    json.text("name", feature.name());
    json.text("need", feature.need().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    json.flag("available", feature.available());
    if (!feature.available()) {
      json.text("reason", feature.reason());
      json.text("remedy", feature.remedy());
    }
  }
}
