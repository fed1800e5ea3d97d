package org.ckimg.tools.policy;

import java.util.Optional;
import java.util.Set;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.policy.Profile;
import org.ckimg.spec.model.Bytes;

/**
 * A policy and where its values come from.
 *
 * @param file its name; absent for a profile alone
 * @param profile what the file changes
 * @param policy what is granted
 * @param keys that the file gives a value, such as {@code files.drift}
 * @param who may come at all; only a system's policy says
 */
public record PolicySource(
    Optional<String> file, Profile profile, Policy policy, Set<String> keys, Optional<Who> who) {
  /** Copies the set. */
  public PolicySource {
    keys = Set.copyOf(keys);
  }

  /** A profile as it is. */
  static PolicySource of(Profile profile) {
    return new PolicySource(
        Optional.empty(), profile, profile.policy(), Set.of(), Optional.empty());
  }

  /** Where the value of a key comes from, safe to print. */
  String origin(String key) {
    String base = "profile " + profile.text();
    if (file.isEmpty()) {
      return base;
    }
    String name = Bytes.utf8(file.get()).toString();
    return keys.contains(key) ? name : base + " in " + name;
  }
}
