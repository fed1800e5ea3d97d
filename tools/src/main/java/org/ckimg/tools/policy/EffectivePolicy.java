package org.ckimg.tools.policy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ckimg.restorer.policy.Policy;

/**
 * What counts: the caller's policy, and only as far as the system's grants the same.
 *
 * @param system the system's, when there is one
 * @param caller the caller's
 * @param policy what both grant
 */
public record EffectivePolicy(Optional<PolicySource> system, PolicySource caller, Policy policy) {
  static EffectivePolicy of(Optional<PolicySource> system, PolicySource caller) {
    Policy policy =
        system.map(each -> each.policy().intersect(caller.policy())).orElse(caller.policy());
    return new EffectivePolicy(system, caller, policy);
  }

  /** Who may come at all; empty when everybody may. */
  public Optional<Who> who() {
    return system.flatMap(PolicySource::who);
  }

  /** Where a value comes from: each policy that says just this, or both when neither does. */
  public List<String> origins(PolicyValue value) {
    List<PolicySource> sources = Stream.concat(system.stream(), Stream.of(caller)).toList();
    List<String> same =
        sources.stream()
            .filter(source -> PolicyValue.of(source.policy()).contains(value))
            .map(source -> source.origin(value.key()))
            .distinct()
            .toList();
    return same.isEmpty()
        ? sources.stream().map(source -> source.origin(value.key())).distinct().toList()
        : same;
  }
}
