package org.ckimg.tools.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.policy.EffectivePolicy;
import org.ckimg.tools.policy.PolicyValue;
import org.ckimg.tools.policy.Who;

/** The policy that counts, as a policy file whose comments say where each value comes from. */
public final class PolicyText {
  private PolicyText() {}

  /** Prints it. */
  public static void print(EffectivePolicy effective, Paper paper) {
    paper.line(comment("# " + Bytes.utf8(effective.policy().name()), paper));
    effective.who().ifPresent(who -> paper.line(comment("# " + named(who), paper)));
    boolean restores = effective.policy().restores();
    String nothing = restores ? "" : comment("  # nothing is restored", paper);
    paper.line("profile = " + (restores ? "\"default\"" : "\"forensic\"") + nothing);
    PolicyValue.of(effective.policy()).stream()
        .collect(Collectors.groupingBy(PolicyValue::table, LinkedHashMap::new, Collectors.toList()))
        .forEach((table, values) -> print(table, values, effective, paper));
  }

  private static void print(
      String table, List<PolicyValue> values, EffectivePolicy effective, Paper paper) {
    paper.gap();
    paper.line(paper.style().heading("[" + table + "]"));
    for (PolicyValue value : values) {
      String origins = String.join("; ", effective.origins(value));
      paper.line(value.name() + " = " + value.toml() + comment("  # " + origins, paper));
    }
  }

  private static String named(Who who) {
    return "besides root may dump and restore: users %s, groups %s"
        .formatted(Bytes.utf8(who.users().toString()), Bytes.utf8(who.groups().toString()));
  }

  private static String comment(String text, Paper paper) {
    return paper.style().label(text);
  }
}
