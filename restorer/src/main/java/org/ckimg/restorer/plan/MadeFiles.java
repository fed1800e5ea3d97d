package org.ckimg.restorer.plan;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.tree.Inherited;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/**
 * Files that are made anew from their recorded content, and the processes that use them. One that
 * several use is made by the first process, which the others inherit it from.
 *
 * @param users pids by file id
 */
record MadeFiles(Map<Integer, Set<Integer>> users) {
  static MadeFiles of(Checkpoint checkpoint, HostFacts host, Inherited inherited) {
    Map<Integer, Set<Integer>> users = new TreeMap<>();
    for (ProcessState process : checkpoint.processes()) {
      used(checkpoint, process, inherited).stream()
          .filter(file -> host.isMade(checkpoint.file(file)))
          .forEach(
              file -> users.computeIfAbsent(file, f -> new LinkedHashSet<>()).add(process.pid()));
    }
    return new MadeFiles(users);
  }

  private static Set<Integer> used(
      Checkpoint checkpoint, ProcessState process, Inherited inherited) {
    Set<Integer> used = new LinkedHashSet<>();
    process.exe().ifPresent(used::add);
    for (Vma vma : process.vmas()) {
      if (vma.kind() != Vma.Kind.SYSV) {
        vma.file().ifPresent(used::add);
      }
    }
    for (FdEntry fd : process.fds()) {
      OpenFile open = checkpoint.description(fd.description());
      boolean file = open.type() == FdType.REGULAR || open.type() == FdType.MEMFD;
      if (file && inherited.callerFd(open.id()).isEmpty()) {
        open.file().ifPresent(used::add);
      }
    }
    return used;
  }

  /** Those that the first process makes. */
  List<Integer> shared() {
    return users.keySet().stream().filter(file -> users.get(file).size() > 1).toList();
  }

  /** Those that nobody else uses. */
  List<Integer> of(ProcessState process) {
    return users.keySet().stream()
        .filter(file -> users.get(file).equals(Set.of(process.pid())))
        .toList();
  }
}
