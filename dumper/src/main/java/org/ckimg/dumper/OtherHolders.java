package org.ckimg.dumper;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.proc.FdInfo;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.proc.OpenLinks;
import org.ckimg.linux.proc.SharedMemory;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * Who else holds pipes, FIFOs, sockets, event descriptors and shared memory. All processes are
 * looked through once, and only when a program has such. Processes of others cannot be looked into,
 * and cannot share what was never passed on.
 */
final class OtherHolders {
  private final Set<Integer> tree;
  private Optional<OpenLinks> links = Optional.empty();
  private Optional<SharedMemory> memory = Optional.empty();

  /** Looks for holders outside {@code tree}. */
  OtherHolders(Set<Integer> tree) {
    this.tree = tree;
  }

  /** Another process that has a descriptor of this name, which says what it is. */
  Optional<Integer> holder(String link) throws IOException {
    return holders(link).stream().map(OpenLinks.Holder::pid).findFirst();
  }

  /**
   * Another process that has this very file open, which many have the name of. Whoever has it as
   * O_PATH, as a restore that looks for files does, has the name too.
   */
  Optional<Integer> holder(String link, FileCalls.FileStatus file) throws IOException {
    return holders(link).stream()
        .filter(holder -> isSame(holder, file))
        .map(OpenLinks.Holder::pid)
        .findFirst();
  }

  private static boolean isSame(OpenLinks.Holder holder, FileCalls.FileStatus file) {
    String link = "/proc/%d/fd/%d".formatted(holder.pid(), holder.fd());
    try {
      FileCalls.FileStatus there =
          FileCalls.status(link.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      boolean onlyNames = (FdInfo.read(holder.pid(), holder.fd()).flags() & FileCalls.O_PATH) != 0;
      return there.inode() == file.inode() && there.device() == file.device() && !onlyNames;
    } catch (IOException e) {
      // It ended, or closed the descriptor.
      return false;
    }
  }

  /**
   * Another process that maps this memory.
   *
   * @param mapping of the tree
   */
  Optional<Integer> mapper(Mapping mapping) throws IOException {
    if (memory.isEmpty()) {
      memory = Optional.of(SharedMemory.of(this::isOutside));
    }
    return memory.get().mapper(mapping);
  }

  /** True when another process has this description, whose name is that of its kind. */
  boolean share(int pid, int fd, String link) throws IOException {
    return sharer(pid, fd, link).isPresent();
  }

  /** Another process that has this description. */
  Optional<Integer> sharer(int pid, int fd, String link) throws IOException {
    for (OpenLinks.Holder holder : holders(link)) {
      try {
        if (ProcessCalls.compare(pid, holder.pid(), ProcessCalls.KCMP_FILE, fd, holder.fd()) == 0) {
          return Optional.of(holder.pid());
        }
      } catch (SyscallException e) {
        // It ended, or closed the descriptor, or may not be looked into.
        continue;
      }
    }
    return Optional.empty();
  }

  /**
   * Another process that has a terminal by /dev/tty.
   *
   * @param terminal as in {@code tty_nr} of proc(5)
   */
  Optional<Integer> controlledBy(int terminal) throws IOException {
    return holders("/dev/tty").stream()
        .map(OpenLinks.Holder::pid)
        .filter(pid -> hasTerminal(pid, terminal))
        .findFirst();
  }

  private static boolean hasTerminal(int pid, int terminal) {
    try {
      return Stat.read(pid).ttyNumber() == terminal;
    } catch (IOException e) {
      // It has ended.
      return false;
    }
  }

  private List<OpenLinks.Holder> holders(String link) throws IOException {
    if (links.isEmpty()) {
      links = Optional.of(OpenLinks.of(this::isOutside));
    }
    return links.get().holders(link);
  }

  /** True for a process that is not of the tree; nobody asks about ourselves. */
  boolean isOutside(int pid) {
    return pid != ProcessHandle.current().pid() && !tree.contains(pid);
  }
}
