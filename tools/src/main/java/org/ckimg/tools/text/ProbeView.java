package org.ckimg.tools.text;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.ckimg.linux.probe.Feature;

/** What a host lets ckimg do: what every program needs first, then what is good to have. */
public final class ProbeView {
  private static final Map<Feature.Need, String> TITLES =
      new EnumMap<>(
          Map.of(
              Feature.Need.REQUIRED, "needed for every dump or restore",
              Feature.Need.FOR_SOME, "needed for some programs",
              Feature.Need.OPTIONAL, "optional"));

  private ProbeView() {}

  /** Prints a part for each kind of need, and a verdict. */
  public static void print(List<Feature> features, boolean usable, Paper paper) {
    TITLES.forEach((need, title) -> part(title, of(features, need), paper));
    paper.line(
        usable
            ? paper.style().good("this host can dump and restore")
            : paper.style().bad("this host cannot dump and restore"));
  }

  private static List<Feature> of(List<Feature> features, Feature.Need need) {
    return features.stream().filter(feature -> feature.need() == need).toList();
  }

  private static void part(String title, List<Feature> features, Paper paper) {
    paper.heading(title);
    Style style = paper.style();
    for (Feature feature : features) {
      paper.line(
          "  " + (feature.available() ? style.good("yes  ") : style.bad("no   ")) + feature.name());
      if (!feature.available()) {
        paper.line("       why:  " + feature.reason());
        paper.line("       then: " + feature.remedy());
      }
    }
    paper.gap();
  }
}
