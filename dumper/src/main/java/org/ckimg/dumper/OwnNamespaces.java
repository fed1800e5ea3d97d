package org.ckimg.dumper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.linux.proc.Mounts;
import org.ckimg.linux.proc.ProcFile;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.proc.Tasks;

/**
 * Namespaces of a process that are not ours. Those that a restore with {@code --pid namespace}
 * makes change nothing that an image has to know: other pids, which {@link InnerIds} translates,
 * the same mounts but for /proc, and the same users without any capability.
 */
final class OwnNamespaces {
  private static final List<String> ALL =
      List.of("pid", "mnt", "user", "uts", "ipc", "net", "cgroup");

  private final int pid;
  private final int self = (int) ProcessHandle.current().pid();

  OwnNamespaces(int pid) {
    this.pid = pid;
  }

  /** Names of those that an image cannot have. */
  List<String> unsupported() throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : ALL) {
      if (!link(pid, name).equals(link(self, name)) && !isTransparent(name)) {
        names.add(name);
      }
    }
    return names;
  }

  private static String link(int process, String name) throws IOException {
    return text(ProcFile.link(process, "ns/" + name));
  }

  private boolean isTransparent(String name) throws IOException {
    return switch (name) {
      case "pid" -> Status.read(pid).namespacePids().getLast() != 1;
      case "mnt" -> mounts(pid).equals(mounts(self));
      case "user" -> hasSameUsers() && hasNoCapabilities();
      default -> false;
    };
  }

  private static Set<String> mounts(int process) throws IOException {
    return Mounts.of(process).stream()
        .filter(mount -> !text(mount.point()).equals("/proc"))
        .map(mount -> "%x %s %s".formatted(mount.device(), text(mount.root()), text(mount.point())))
        .collect(Collectors.toSet());
  }

  /** Each user there is the one with the same number here. */
  private boolean hasSameUsers() throws IOException {
    return isIdentity("uid_map") && isIdentity("gid_map");
  }

  private boolean isIdentity(String map) throws IOException {
    String lines = ProcFile.text(pid, map);
    return !lines.isEmpty()
        && lines
            .lines()
            .map(line -> line.strip().split(" +"))
            .allMatch(range -> range[0].equals(range[1]));
  }

  private boolean hasNoCapabilities() throws IOException {
    for (int tid : Tasks.threads(pid)) {
      Status s = Status.readThread(pid, tid);
      if ((s.capPermitted() | s.capEffective() | s.capInheritable() | s.capAmbient()) != 0) {
        return false;
      }
    }
    return true;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
