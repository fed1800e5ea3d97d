package org.ckimg.tools.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.sys.Accounts;
import org.ckimg.tools.cli.SystemRefusal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class SystemPolicyTest {
  private static final String NARROW = "[identity]\nold-pid = false\n";

  @TempDir Path root;

  @BeforeEach
  void accounts() throws IOException {
    TestSystem.file(root);
    Files.writeString(
        root.resolve("etc/passwd"), "root:x:0:0::/:/bin/sh\nalice:x:1001:1001::/:/bin/sh\nbad\n");
    Files.writeString(root.resolve("etc/group"), "root:x:0:\nwheel:x:10:alice\n");
  }

  private void refused(SystemPolicy system, String why) {
    SystemRefusal failure = assertThrows(SystemRefusal.class, system::read);
    assertTrue(failure.getMessage().contains(why), failure.getMessage());
    assertTrue(failure.getMessage().contains("/etc/ckimg/policy.toml"), failure.getMessage());
  }

  @Test
  void noneIsNone() throws IOException {
    assertEquals(Optional.empty(), TestSystem.at(root).read());
    Files.delete(root.resolve("etc/ckimg"));
    assertEquals(Optional.empty(), TestSystem.at(root).read());
    TestSystem.at(root).admit();
  }

  @Test
  void ofThisHostIsThatOfRoot() throws IOException {
    assertEquals(
        Files.exists(Path.of("/etc/ckimg/policy.toml")),
        SystemPolicy.ofThisHost().read().isPresent());
  }

  @Test
  void itIsRead() throws IOException {
    PolicySource source = TestSystem.with(root, NARROW).read().orElseThrow();
    assertFalse(source.policy().identity().oldPid());
    assertEquals(Set.of("identity.old-pid"), source.keys());
  }

  @Test
  void notWhenOthersCanWriteIt() throws IOException {
    for (String mode : List.of("rw-rw-r--", "rw-r--rw-")) {
      SystemPolicy system = TestSystem.with(root, NARROW);
      Files.setPosixFilePermissions(TestSystem.file(root), PosixFilePermissions.fromString(mode));
      refused(system, "a regular file of root that nobody else can write");
    }
  }

  @Test
  void notWhenItIsSomebodyElses() throws IOException {
    TestSystem.with(root, NARROW);
    refused(new SystemPolicy(root.toRealPath(), 12345), "this is of uid");
  }

  @Test
  void notThroughALink() throws IOException {
    Path real = Files.writeString(root.resolve("real"), NARROW);
    Files.createSymbolicLink(TestSystem.file(root), real);
    refused(TestSystem.at(root), "symbolic link");
    Files.delete(TestSystem.file(root));
    Files.move(root.resolve("etc/ckimg"), root.resolve("elsewhere"));
    Files.createSymbolicLink(root.resolve("etc/ckimg"), root.resolve("elsewhere"));
    refused(TestSystem.at(root), "symbolic link");
  }

  @Test
  void notAFolder() throws IOException {
    Files.createDirectory(TestSystem.file(root));
    refused(TestSystem.at(root), "regular file");
  }

  @Test
  void aBrokenOneIsNotNone() throws IOException {
    refused(TestSystem.with(root, "[identity]\nold-pd = false\n"), "identity.old-pd: is not a key");
    refused(TestSystem.with(root, "\n".repeat(PolicyFile.MAX_BYTES + 1)), "more than 65536 bytes");
  }

  private boolean names(Who who, int uid, Integer... groups) throws IOException {
    return who.names(new Who.Caller(uid, Set.of(groups)), new Accounts(root));
  }

  @Test
  void whoIsNamed() throws IOException {
    Who alice = new Who(List.of("nobody-here", "alice"), List.of());
    assertTrue(names(alice, 0, 0), "root");
    assertTrue(names(alice, 1001, 1001), "alice");
    assertFalse(names(alice, 1002, 1001), "a member of the group of the same number");
    Who wheel = new Who(List.of(), List.of("wheel"));
    assertTrue(names(wheel, 1002, 7, 10), "a member");
    assertFalse(names(wheel, 10, 7), "a user of the same number");
    assertFalse(names(new Who(List.of(), List.of()), 1001, 1001), "nobody");
    assertTrue(names(new Who(List.of("4000000000"), List.of()), (int) 4000000000L), "by number");
    assertFalse(names(new Who(List.of("5000000000", "bad"), List.of()), 705032704), "no number");
  }

  @Test
  void whoIsNotNamedIsRefused() throws IOException {
    SystemPolicy system =
        TestSystem.with(root, "[who]\nusers = [\"alice\"]\ngroups = [\"wheel\"]\n");
    PolicySource policy = system.read().orElseThrow();
    system.admit(policy, new Who.Caller(1001, Set.of(1001)));
    SystemRefusal failure =
        assertThrows(
            SystemRefusal.class, () -> system.admit(policy, new Who.Caller(1002, Set.of(1002))));
    assertTrue(
        failure
            .getMessage()
            .endsWith(
                "/etc/ckimg/policy.toml names who may dump, run and restore, and neither uid 1002"
                    + " nor a group of it"),
        failure.getMessage());
  }

  @Test
  void theCallerIsWhoRunsThis() throws IOException {
    Path mine = Files.createFile(root.resolve("mine"));
    assertEquals(Files.getAttribute(mine, "unix:uid"), SystemPolicy.caller().uid());
    assertTrue(SystemPolicy.caller().groups().contains(Files.getAttribute(mine, "unix:gid")));
  }
}
