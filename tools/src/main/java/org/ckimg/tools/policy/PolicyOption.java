package org.ckimg.tools.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.ckimg.restorer.policy.Profile;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.SystemRefusal;
import picocli.CommandLine.Option;

/** {@code --policy}. */
public final class PolicyOption {
  @Option(
      names = "--policy",
      paramLabel = "FILE|PROFILE",
      defaultValue = "default",
      description =
          "What may be granted: strict, default, forensic (nothing is restored), or a file in TOML"
              + " (default: ${DEFAULT-VALUE}). The system's policy narrows it.")
  private String policy;

  /** Filled in by picocli. */
  public PolicyOption() {}

  /**
   * The policy that counts.
   *
   * @throws org.ckimg.tools.cli.UsageException when the file is not a policy
   */
  public EffectivePolicy under(SystemPolicy system) throws IOException {
    return EffectivePolicy.of(system.read(), caller());
  }

  /** The same for somebody who is about to restore, and may. */
  public EffectivePolicy admittedBy(SystemPolicy system) throws IOException {
    EffectivePolicy effective = under(system);
    if (effective.system().isPresent()) {
      system.admit(effective.system().get(), SystemPolicy.caller());
    }
    return effective;
  }

  private PolicySource caller() throws IOException {
    Optional<Profile> profile =
        Stream.of(Profile.values()).filter(each -> each.text().equals(policy)).findFirst();
    return profile.isPresent() ? PolicySource.of(profile.get()) : read(Path.of(policy));
  }

  private static PolicySource read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return PolicyFile.parse(file.toString(), in.readNBytes(PolicyFile.MAX_BYTES + 1), false);
    } catch (IOException e) {
      String reason = e instanceof NoSuchFileException ? "there is no such file" : "" + e;
      throw new SystemRefusal(
          "policy %s: %s".formatted(Bytes.utf8(file.toString()), Bytes.utf8(reason)), e);
    }
  }
}
