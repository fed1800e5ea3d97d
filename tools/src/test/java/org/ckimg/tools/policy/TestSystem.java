package org.ckimg.tools.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A root directory in a test's folder, with a policy of the system that belongs to the tester. */
public final class TestSystem {
  private TestSystem() {}

  /** What is there already. */
  public static SystemPolicy at(Path root) throws IOException {
    return new SystemPolicy(root.toRealPath(), (int) Files.getAttribute(root, "unix:uid"));
  }

  /** With this policy. */
  public static SystemPolicy with(Path root, String toml) throws IOException {
    Path file = file(root);
    Files.writeString(file, toml);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return at(root);
  }

  /** Where the policy belongs; its folder is made. */
  public static Path file(Path root) throws IOException {
    return Files.createDirectories(root.resolve("etc/ckimg")).toRealPath().resolve("policy.toml");
  }
}
