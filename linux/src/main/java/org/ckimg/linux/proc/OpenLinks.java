package org.ckimg.linux.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.ckimg.linux.sys.SyscallException;

/**
 * What processes have open, by the links of /proc/PID/fd: {@code pipe:[…]}, {@code anon_inode:[…]},
 * paths. Processes of others cannot be looked into.
 */
public final class OpenLinks {
  private final Map<String, List<Holder>> byLink = new HashMap<>();

  private OpenLinks() {}

  /** A descriptor of a process. */
  public record Holder(int pid, int fd) {}

  /** Looks through the processes that are asked for, as they are now. */
  public static OpenLinks of(IntPredicate which) throws IOException {
    OpenLinks links = new OpenLinks();
    for (int pid : Tasks.processes()) {
      if (which.test(pid)) {
        links.look(pid);
      }
    }
    return links;
  }

  private void look(int pid) throws IOException {
    try {
      for (int fd : Fds.list(pid)) {
        String link = new String(Fds.link(pid, fd), StandardCharsets.ISO_8859_1);
        byLink.computeIfAbsent(link, l -> new ArrayList<>()).add(new Holder(pid, fd));
      }
    } catch (SyscallException e) {
      // It ended, closed the descriptor, or is another user's.
      return;
    }
  }

  /** Who has something of this name, bytes as ISO 8859-1. */
  public List<Holder> holders(String link) {
    return byLink.getOrDefault(link, List.of());
  }
}
