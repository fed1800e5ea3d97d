package org.ckimg.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.restorer.Trusted;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.policy.Profile;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.keys.SecretKey;
import org.ckimg.tools.policy.EffectivePolicy;
import org.ckimg.tools.policy.PolicySource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrustOptionTest {
  @TempDir Path folder;
  private Bytes mine;
  private Bytes theirs;

  @BeforeEach
  void makeKeys() throws Exception {
    mine = make("mine");
    theirs = make("theirs");
  }

  private Bytes make(String name) throws Exception {
    return SecretKey.generate(folder.resolve(name), Path.of(publicFile(name))).publicKey();
  }

  private String publicFile(String name) {
    return folder.resolve(name + ".pub").toString();
  }

  private static Trusted trusted(Policy.Trust policy, String... arguments) throws Exception {
    return CommandLine.populateCommand(new TrustOption(), arguments).with(policy);
  }

  @Test
  void withoutOptionThePolicyDecides() throws Exception {
    assertEquals(new Trusted(false, Set.of()), trusted(new Policy.Trust(false, List.of())));
    Policy.Trust policy = new Policy.Trust(true, List.of(publicFile("theirs")));
    assertEquals(new Trusted(true, Set.of(theirs)), trusted(policy));
  }

  @Test
  void theOptionDemandsASignatureByAnyOfAllKeys() throws Exception {
    Policy.Trust policy = new Policy.Trust(false, List.of(publicFile("theirs")));
    assertEquals(
        new Trusted(true, Set.of(mine, theirs)), trusted(policy, "--trust", publicFile("mine")));
  }

  @Test
  void theOptionAddsNoKeyToThoseOfTheSystem() throws Exception {
    Policy policy = trusting(publicFile("theirs"));
    PolicySource system =
        new PolicySource(
            Optional.of("system"), Profile.DEFAULT, policy, Set.of(), Optional.empty());
    EffectivePolicy effective = new EffectivePolicy(Optional.of(system), system, policy);
    TrustOption option =
        CommandLine.populateCommand(new TrustOption(), "--trust", publicFile("mine"));
    assertEquals(new Trusted(true, Set.of(theirs)), option.under(effective));
    EffectivePolicy alone = new EffectivePolicy(Optional.empty(), system, policy);
    assertEquals(new Trusted(true, Set.of(mine, theirs)), option.under(alone));
  }

  private static Policy trusting(String key) {
    Policy base = Profile.DEFAULT.policy();
    return new Policy(
        base.name(),
        true,
        base.files(),
        base.memory(),
        base.signals(),
        base.sockets(),
        base.identity(),
        new Policy.Trust(true, List.of(key)));
  }

  @Test
  void aMissingKeyOfThePolicyIsNoSmallerDemand() {
    Policy.Trust policy = new Policy.Trust(true, List.of(publicFile("none")));
    assertThrows(SyscallException.class, () -> trusted(policy));
  }
}
