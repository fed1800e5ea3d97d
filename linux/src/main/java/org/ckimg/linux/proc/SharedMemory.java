package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.ckimg.linux.sys.SyscallException;

/**
 * Which processes map shared memory: anonymous, of memfd_create(2), of System V. One inode is one
 * piece of memory. Processes of others cannot be looked into.
 */
public final class SharedMemory {
  private static final Set<String> NAMES = Set.of("/dev/zero (deleted)", "/memfd:", "/SYSV");

  private final Map<Inode, Integer> mappers = new HashMap<>();

  private record Inode(long device, long number) {
    static Inode of(Mapping mapping) {
      return new Inode(mapping.device(), mapping.inode());
    }
  }

  private SharedMemory() {}

  /** Looks through the processes that are asked for, as they are now. */
  public static SharedMemory of(IntPredicate which) throws IOException {
    SharedMemory found = new SharedMemory();
    for (int pid : Tasks.processes()) {
      if (which.test(pid)) {
        found.look(pid);
      }
    }
    return found;
  }

  private void look(int pid) throws IOException {
    try {
      for (Mapping mapping : Maps.read(pid)) {
        if (isOne(mapping)) {
          mappers.putIfAbsent(Inode.of(mapping), pid);
        }
      }
    } catch (SyscallException e) {
      // It ended, or is another user's.
      return;
    }
  }

  /** True for a mapping of such memory. */
  public static boolean isOne(Mapping mapping) {
    String path = mapping.pathText();
    return mapping.shared() && NAMES.stream().anyMatch(path::startsWith);
  }

  /** One of the processes that map the same memory. */
  public Optional<Integer> mapper(Mapping mapping) {
    return Optional.ofNullable(mappers.get(Inode.of(mapping)));
  }
}
