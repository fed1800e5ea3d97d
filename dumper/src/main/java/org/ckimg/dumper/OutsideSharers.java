package org.ckimg.dumper;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.sys.SyscallException;

/**
 * Refuses a table of descriptors and a working directory that tasks of the tree share with others,
 * clone(2): they would come back as other ones. Who is outside is known only when the tree stands
 * still, for until then it makes children.
 */
final class OutsideSharers {
  private final String what;
  private final Sharers inside;
  private final Refusals refusals;

  /**
   * Of one kind.
   *
   * @param what it is, in words
   * @param inside the stopped tasks
   */
  OutsideSharers(String what, Sharers inside, Refusals refusals) {
    this.what = what;
    this.inside = inside;
    this.refusals = refusals;
  }

  /** Looks through the other processes, as far as they can be looked into. */
  void refuse(OtherHolders others) throws IOException {
    for (int pid : Tasks.processes()) {
      OptionalInt sharer = others.isOutside(pid) ? find(pid) : OptionalInt.empty();
      if (sharer.isPresent()) {
        refusals.add(
            (others.isOutside(sharer.getAsInt()) ? "thread " : "process ") + sharer.getAsInt(),
            "%s shared with process %d, which is outside the tree".formatted(what, pid));
      }
    }
  }

  /** Any thread can be the one: the leader may have ended, or left what it had. */
  private OptionalInt find(int pid) throws IOException {
    for (int tid : threads(pid)) {
      try {
        OptionalInt sharer = inside.find(tid);
        if (sharer.isPresent()) {
          return sharer;
        }
      } catch (SyscallException e) {
        // It has ended, or is another user's.
        continue;
      }
    }
    return OptionalInt.empty();
  }

  private static List<Integer> threads(int pid) throws IOException {
    try {
      return Tasks.threads(pid);
    } catch (SyscallException e) {
      // It has ended.
      return List.of();
    }
  }
}
