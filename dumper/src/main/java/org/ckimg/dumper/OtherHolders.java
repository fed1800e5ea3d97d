package org.ckimg.dumper;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.proc.Fds;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * Who else holds pipes and event descriptors. All processes are looked through once, and only when
 * a program has such a descriptor. Processes of others cannot be looked into, and cannot share what
 * was never passed on.
 */
final class OtherHolders {
  private final Set<Integer> tree;
  private final Map<String, List<Holder>> byLink = new HashMap<>();
  private boolean looked;

  private record Holder(int pid, int fd) {}

  /** Looks for holders outside {@code tree}. */
  OtherHolders(Set<Integer> tree) {
    this.tree = tree;
  }

  /** Another process that has a descriptor of this name, which says what it is. */
  Optional<Integer> holder(String link) throws IOException {
    return holders(link).stream().map(Holder::pid).findFirst();
  }

  /** True when another process has this description, whose name is that of its kind. */
  boolean share(int pid, int fd, String link) throws IOException {
    for (Holder holder : holders(link)) {
      try {
        if (ProcessCalls.compare(pid, holder.pid(), ProcessCalls.KCMP_FILE, fd, holder.fd()) == 0) {
          return true;
        }
      } catch (SyscallException e) {
        // It ended, or closed the descriptor, or may not be looked into.
        continue;
      }
    }
    return false;
  }

  private List<Holder> holders(String link) throws IOException {
    if (!looked) {
      look();
      looked = true;
    }
    return byLink.getOrDefault(link, List.of());
  }

  private void look() throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        int other = Integer.parseInt(process.getFileName().toString());
        if (!tree.contains(other)) {
          look(other);
        }
      }
    }
  }

  private void look(int other) throws IOException {
    try {
      for (int fd : Fds.list(other)) {
        String link = DescriptorCollector.text(Fds.link(other, fd));
        if (link.startsWith("pipe:") || link.startsWith("anon_inode:")) {
          byLink.computeIfAbsent(link, l -> new ArrayList<>()).add(new Holder(other, fd));
        }
      }
    } catch (SyscallException e) {
      // It ended, closed the descriptor, or is another user's.
      return;
    }
  }
}
