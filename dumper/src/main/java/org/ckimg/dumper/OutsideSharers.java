package org.ckimg.dumper;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * Refuses a table of descriptors and a working directory that processes of the tree share with
 * others, clone(2): they would come back as other ones. A process gets them from who made it, so
 * that it is enough to look before the tree is stopped.
 */
final class OutsideSharers {
  private final Map<String, Sharers> inside = new LinkedHashMap<>();
  private final Refusals refusals;

  private OutsideSharers(Refusals refusals) {
    this.refusals = refusals;
    inside.put("descriptors", new Sharers(ProcessCalls.KCMP_FILES));
    inside.put("working directory", new Sharers(ProcessCalls.KCMP_FS));
  }

  /** Looks through the other processes, as far as they can be looked into. */
  static void refuse(Collection<Integer> tree, OtherHolders others, Refusals refusals)
      throws IOException {
    OutsideSharers sharers = new OutsideSharers(refusals);
    for (int pid : tree) {
      sharers.add(pid);
    }
    for (int pid : Tasks.processes()) {
      if (others.isOutside(pid)) {
        sharers.compare(pid);
      }
    }
  }

  private void add(int pid) {
    try {
      for (Sharers sharers : inside.values()) {
        sharers.first(pid);
      }
    } catch (SyscallException e) {
      // It has ended, or another of the tree.
      return;
    }
  }

  private void compare(int pid) {
    try {
      for (Map.Entry<String, Sharers> kind : inside.entrySet()) {
        OptionalInt sharer = kind.getValue().find(pid);
        if (sharer.isPresent() && !isEnding(pid)) {
          refusals.add(
              "process " + sharer.getAsInt(),
              "%s shared with process %d, which is outside the tree".formatted(kind.getKey(), pid));
        }
      }
    } catch (SyscallException e) {
      // It has ended, or is another user's.
      return;
    }
  }

  /** What has given everything back has nothing together with a zombie but that. */
  private static boolean isEnding(int pid) {
    try {
      return Stat.read(pid).hasEnded();
    } catch (IOException e) {
      return true;
    }
  }
}
