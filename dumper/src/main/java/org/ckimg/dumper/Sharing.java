package org.ckimg.dumper;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * Refuses processes that have one memory or one table of descriptors though they are no threads of
 * each other: clone(2) with CLONE_VM and the like, or a vfork(2) that has not yet ended.
 */
final class Sharing {
  private static final Map<Integer, String> KINDS =
      Map.of(
          ProcessCalls.KCMP_VM, "memory",
          ProcessCalls.KCMP_FILES, "descriptors",
          ProcessCalls.KCMP_FS, "working directory",
          ProcessCalls.KCMP_SIGHAND, "signal actions");

  private Sharing() {}

  /** Compares every process with its parent. */
  static void refuse(List<Member> members, Refusals refusals) throws IOException {
    Map<Integer, Member> byPid =
        members.stream().collect(Collectors.toMap(Member::pid, Function.identity()));
    for (Member member : members) {
      int parent = members.size() == 1 ? 0 : Stat.read(member.pid()).parent();
      if (byPid.containsKey(parent)) {
        refuse(member.pid(), parent, refusals);
      }
    }
  }

  private static void refuse(int pid, int parent, Refusals refusals) throws SyscallException {
    for (Map.Entry<Integer, String> kind : KINDS.entrySet()) {
      if (ProcessCalls.compare(pid, parent, kind.getKey(), 0, 0) == 0) {
        refusals.add(
            "process " + pid, "%s shared with process %d".formatted(kind.getValue(), parent));
      }
    }
  }
}
