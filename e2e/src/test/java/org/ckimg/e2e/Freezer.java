package org.ckimg.e2e;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A control group that stops what is in it in the middle of the kernel, cgroups(7): its processes
 * wait uninterruptibly, as those do whose disk does not answer.
 */
final class Freezer implements AutoCloseable {
  private static final List<Path> HIERARCHIES =
      List.of(
          Path.of("/sys/fs/cgroup/freezer"),
          Path.of("/sys/fs/cgroup/unified"),
          Path.of("/sys/fs/cgroup"));

  private final Path group;
  private final boolean second;

  private Freezer(Path group) {
    this.group = group;
    this.second = Files.exists(group.resolve("cgroup.freeze"));
  }

  /** A group with this process in it, which runs. */
  static Freezer around(int pid) throws IOException {
    for (Path hierarchy : HIERARCHIES) {
      if (Files.isWritable(hierarchy.resolve("cgroup.procs"))) {
        Path group = Files.createDirectory(hierarchy.resolve("ckimg-e2e-" + pid));
        Freezer freezer = new Freezer(group);
        if (freezer.isAble()) {
          Files.writeString(group.resolve("cgroup.procs"), Integer.toString(pid));
          return freezer;
        }
        Files.delete(group);
      }
    }
    return abort("no control group that freezes can be made here");
  }

  private boolean isAble() {
    return second || Files.exists(group.resolve("freezer.state"));
  }

  void freeze() throws IOException {
    Files.writeString(group.resolve(file()), second ? "1" : "FROZEN");
  }

  void thaw() throws IOException {
    Files.writeString(group.resolve(file()), second ? "0" : "THAWED");
  }

  private String file() {
    return second ? "cgroup.freeze" : "freezer.state";
  }

  /** Its processes go on, and belong to the group above. */
  @Override
  public void close() throws IOException {
    thaw();
    for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
      Files.writeString(group.resolveSibling("cgroup.procs"), pid);
    }
    Files.delete(group);
  }
}
