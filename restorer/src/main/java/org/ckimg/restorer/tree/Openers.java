package org.ckimg.restorer.tree;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;

/**
 * Which process opens which file when a program is built: each what it maps, runs and works in, and
 * what only it has open; the first process what several have, who inherit it, but for the files
 * that an inotify instance watches.
 *
 * @param byFile processes by file id and pid
 */
public record Openers(Map<Integer, Map<Integer, ProcessState>> byFile) {
  /** Finds them; an image without a first process has none. */
  public static Openers of(Checkpoint checkpoint) {
    Map<Integer, Map<Integer, ProcessState>> byFile = new HashMap<>();
    Tree tree = Tree.of(checkpoint);
    if (tree.roots().isEmpty()) {
      return new Openers(byFile);
    }
    Map<Integer, Map<Integer, ProcessState>> holders = new HashMap<>();
    for (ProcessState process : checkpoint.processes()) {
      process.exe().ifPresent(file -> add(byFile, file, process));
      process.directories().forEach(file -> add(byFile, file, process));
      process.vmas().forEach(vma -> vma.file().ifPresent(file -> add(byFile, file, process)));
      for (FdEntry fd : process.fds()) {
        add(holders, fd.description(), process);
      }
    }
    holders.forEach((id, processes) -> {
      OpenFile open = checkpoint.description(id);
      ProcessState opener = processes.size() == 1 ? first(processes) : tree.root();
      open.file().ifPresent(file -> add(byFile, file, opener));
      if (open.state().orElse(null) instanceof FdState.NotifyList list) {
        ProcessState first = first(processes);
        list.watches().forEach(watch -> add(byFile, watch.file(), first));
      }
    });
    return new Openers(byFile);
  }

  private static void add(
      Map<Integer, Map<Integer, ProcessState>> users, int id, ProcessState process) {
    users.computeIfAbsent(id, _ -> new LinkedHashMap<>()).put(process.pid(), process);
  }

  private static ProcessState first(Map<Integer, ProcessState> processes) {
    return processes.values().iterator().next();
  }

  /** The processes that open a file; none for one that nothing refers to. */
  public Collection<ProcessState> of(int file) {
    return byFile.getOrDefault(file, Map.of()).values();
  }
}
