package org.ckimg.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.restorer.Trusted;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.keys.SecretKey;
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
  void aMissingKeyOfThePolicyIsNoSmallerDemand() {
    Policy.Trust policy = new Policy.Trust(true, List.of(publicFile("none")));
    assertThrows(SyscallException.class, () -> trusted(policy));
  }
}
