package org.ckimg.tools.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.policy.Policy.Answer;
import org.ckimg.restorer.policy.Profile;
import org.ckimg.tools.cli.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyFileTest {
  static final String WHOLE =
      """
      profile = "strict"

      [files]
      drift = "warn"
      read = ["/data", "/usr"]
      write = ["/data/out/"]
      execute = []
      shared-write = "allow"
      weak-evidence = "warn"
      handles = ["/data"]
      append-only = ["/data/log", "/var/log/x/"]

      [memory]
      write-and-execute = "warn"
      execute-anonymous = "allow"
      max-bytes = 1099511627776

      [signals]
      all-blocked = "allow"
      foreign-senders = "warn"
      own-restorers = "warn"
      min-interval-nanos = 1_000

      [sockets]
      internet = "warn"
      tcp = "refuse"

      [identity]
      old-pid = true
      change-user = true
      capabilities = ["CAP_CHOWN", "CAP_NET_BIND_SERVICE"]
      no-new-privs = false

      [trust]
      required = true
      keys = ["/etc/ckimg/key.pub"]
      """;

  private static PolicySource parse(String toml) {
    return PolicyFile.parse("p.toml", toml.getBytes(StandardCharsets.UTF_8), false);
  }

  private static void expect(String message, String toml) {
    UsageException failure = assertThrows(UsageException.class, () -> parse(toml), toml);
    assertEquals("policy p.toml: " + message, failure.getMessage());
  }

  @Test
  void everyKey() {
    PolicySource source = parse(WHOLE);
    Policy expected =
        new Policy(
            "p.toml",
            true,
            new Policy.Files(
                Answer.WARN,
                List.of("/data", "/usr"),
                List.of("/data/out"),
                List.of(),
                Answer.ALLOW,
                Answer.WARN,
                List.of("/data"),
                List.of("/data/log", "/var/log/x")),
            new Policy.Memory(Answer.WARN, Answer.ALLOW, 1L << 40),
            new Policy.Signals(Answer.ALLOW, Answer.WARN, Answer.WARN, 1000),
            new Policy.Sockets(Answer.WARN, Answer.REFUSE),
            new Policy.Identity(true, true, 1 | 1 << 10, false),
            new Policy.Trust(true, List.of("/etc/ckimg/key.pub")));
    assertEquals(expected, source.policy());
    assertEquals(Profile.STRICT, source.profile());
    assertEquals(23, source.keys().size());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotSaidIsTheProfiles(Profile profile) {
    PolicySource source =
        parse("profile = \"" + profile.text() + "\"\n[signals]\nmin-interval-nanos = 7\n");
    Policy base = profile.policy();
    assertEquals(base.restores(), source.policy().restores());
    assertEquals(base.files(), source.policy().files());
    assertEquals(base.memory(), source.policy().memory());
    assertEquals(base.sockets(), source.policy().sockets());
    assertEquals(base.identity(), source.policy().identity());
    assertEquals(base.trust(), source.policy().trust());
    assertEquals(base.signals().allBlocked(), source.policy().signals().allBlocked());
    assertEquals(7, source.policy().signals().minIntervalNanos());
    assertEquals(Set.of("signals.min-interval-nanos"), source.keys());
  }

  @Test
  void nothingSaidIsTheDefault() {
    assertEquals(Profile.DEFAULT, parse("").profile());
    assertEquals(Profile.DEFAULT.policy().files(), parse("# nothing\n").policy().files());
  }

  @Test
  void unknownKeys() {
    expect("files.drif: is not a key of a policy", "[files]\ndrif = \"warn\"\n");
    expect("file: is not a key of a policy", "[file]\n");
    expect("files.x: is not a key of a policy", "files.x.y = 1\n");
    expect("restores: is not a key of a policy", "restores = true\n");
    expect("files.a\\x1b[2J: is not a key of a policy", "[files]\n\"a\\u001b[2J\" = 1\n");
  }

  @Test
  void wrongTypes() {
    expect("files: is a value, not a table", "files = 1\n");
    expect("profile: '3' is not a string", "profile = 3\n");
    expect("files.drift: 'true' is not a string", "[files]\ndrift = true\n");
    expect("files.read: '/' is not a list of strings", "[files]\nread = \"/\"\n");
    expect("files.read: '1' is not a string", "[files]\nread = [1]\n");
    expect("identity.old-pid: 'yes' is not true or false", "[identity]\nold-pid = \"yes\"\n");
    expect("trust.required: '1' is not true or false", "[trust]\nrequired = 1\n");
    String number = " is not a whole number from 0 to 2^63 - 1";
    expect("memory.max-bytes: '1.5'" + number, "[memory]\nmax-bytes = 1.5\n");
    expect("memory.max-bytes: '-1'" + number, "[memory]\nmax-bytes = -1\n");
    expect(
        "memory.max-bytes: '9223372036854775808'" + number,
        "[memory]\nmax-bytes = 9223372036854775808\n");
  }

  @Test
  void unknownNames() {
    expect("profile: 'lax' is not strict, default or forensic", "profile = \"lax\"\n");
    expect("profile: 'STRICT' is not strict, default or forensic", "profile = \"STRICT\"\n");
    expect("files.drift: 'deny' is not allow, warn or refuse", "[files]\ndrift = \"deny\"\n");
    expect(
        "identity.capabilities: 'CAP_ROOT' is no capability such as CAP_NET_BIND_SERVICE",
        "[identity]\ncapabilities = [\"CAP_ROOT\"]\n");
    expect(
        "identity.capabilities: 'some' is not a list of capabilities, or \"all\"",
        "[identity]\ncapabilities = \"some\"\n");
  }

  @ParameterizedTest
  @CsvSource({"data", "./data", "/a//b", "/a/../b", "/./a", "/..", "~/x", "''"})
  void rootsArePlain(String root) {
    expect(
        "files.read: '" + root + "' is not an absolute path without empty parts, . and ..",
        "[files]\nread = [\"" + root + "\"]\n");
  }

  @Test
  void syntaxHasItsPlace() {
    UsageException failure = assertThrows(UsageException.class, () -> parse("[files]\ndrift = \n"));
    assertTrue(
        failure.getMessage().startsWith("policy p.toml: line 2, column "), failure.getMessage());
    assertFalse(failure.getMessage().contains("\n"), failure.getMessage());
    assertThrows(
        UsageException.class, () -> parse("[files]\ndrift = \"warn\"\ndrift = \"warn\"\n"));
  }

  @Test
  void onlyTheSystemSaysWho() {
    String toml = "[who]\nusers = [\"alice\"]\n";
    expect("who: is for the system's policy alone", toml);
    PolicySource source = PolicyFile.parse("p.toml", toml.getBytes(StandardCharsets.UTF_8), true);
    assertEquals(Optional.of(new Who(List.of("alice"), List.of())), source.who());
    assertThrows(
        UsageException.class,
        () -> PolicyFile.parse("p", "[who]\nuser = []".getBytes(StandardCharsets.UTF_8), true));
  }

  @Test
  void longerThanAllowed() {
    byte[] toml = new byte[PolicyFile.MAX_BYTES];
    Arrays.fill(toml, (byte) '\n');
    assertEquals(Set.of(), PolicyFile.parse("p.toml", toml, false).keys());
    expect("has more than 65536 bytes", "\n".repeat(PolicyFile.MAX_BYTES + 1));
  }

  @Test
  void whateverIsInTheFileItIsAPolicyOrWrongUsage() {
    Random random = new Random(7);
    for (int round = 0; round < 3000; round++) {
      byte[] toml = WHOLE.getBytes(StandardCharsets.UTF_8);
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        toml[random.nextInt(toml.length)] = (byte) random.nextInt(256);
      }
      byte[] damaged = Arrays.copyOf(toml, random.nextInt(toml.length));
      for (byte[] each : List.of(toml, damaged)) {
        try {
          PolicyFile.parse("p.toml", each, false);
        } catch (UsageException e) {
          assertTrue(e.getMessage().startsWith("policy p.toml: "), e.getMessage());
        }
      }
    }
  }
}
