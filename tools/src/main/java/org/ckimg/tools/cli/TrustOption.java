package org.ckimg.tools.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ckimg.restorer.Trusted;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.keys.TrustedKey;
import org.ckimg.tools.policy.EffectivePolicy;
import picocli.CommandLine.Option;

/** {@code --trust KEY}. */
public final class TrustOption {
  @Option(
      names = "--trust",
      paramLabel = "KEY",
      description =
          "Refuse an image that is not signed by this key, a file with a public key; may be"
              + " repeated, and adds to the keys of the policy.")
  private List<Path> files = List.of();

  /** Filled in by picocli. */
  public TrustOption() {}

  /**
   * Whose images are restored: signed by a key that is named here or by the policy. A signature is
   * demanded by either of them.
   *
   * @throws org.ckimg.tools.keys.KeyException when a file holds no public key
   */
  public Trusted with(Policy.Trust policy) throws IOException {
    List<Path> all = new ArrayList<>(files);
    policy.keys().stream().map(Path::of).forEach(all::add);
    return new Trusted(policy.required() || !files.isEmpty(), read(all));
  }

  /** The same, and where the system's policy names keys no other one is trusted. */
  public Trusted under(EffectivePolicy policy) throws IOException {
    Trusted trusted = with(policy.policy().trust());
    List<String> names =
        policy.system().map(system -> system.policy().trust().keys()).orElse(List.of());
    if (names.isEmpty()) {
      return trusted;
    }
    Set<Bytes> keys = read(names.stream().map(Path::of).toList());
    keys.retainAll(trusted.keys());
    return new Trusted(trusted.required(), keys);
  }

  private static Set<Bytes> read(List<Path> files) throws IOException {
    Set<Bytes> keys = new HashSet<>();
    for (Path file : files) {
      keys.add(TrustedKey.read(file));
    }
    return keys;
  }
}
