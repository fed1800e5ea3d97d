package org.ckimg.dumper;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.proc.OpenLinks;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * Who else holds pipes, FIFOs, sockets and event descriptors. All processes are looked through
 * once, and only when a program has such a descriptor. Processes of others cannot be looked into,
 * and cannot share what was never passed on.
 */
final class OtherHolders {
  private final Set<Integer> tree;
  private Optional<OpenLinks> links = Optional.empty();

  /** Looks for holders outside {@code tree}. */
  OtherHolders(Set<Integer> tree) {
    this.tree = tree;
  }

  /** Another process that has a descriptor of this name, which says what it is. */
  Optional<Integer> holder(String link) throws IOException {
    return holders(link).stream().map(OpenLinks.Holder::pid).findFirst();
  }

  /** True when another process has this description, whose name is that of its kind. */
  boolean share(int pid, int fd, String link) throws IOException {
    for (OpenLinks.Holder holder : holders(link)) {
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

  private List<OpenLinks.Holder> holders(String link) throws IOException {
    if (links.isEmpty()) {
      long own = ProcessHandle.current().pid();
      links = Optional.of(OpenLinks.of(pid -> pid != own && !tree.contains(pid)));
    }
    return links.get().holders(link);
  }
}
