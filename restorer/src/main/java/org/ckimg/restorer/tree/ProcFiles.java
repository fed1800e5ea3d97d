package org.ckimg.restorer.tree;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcPath;
import org.ckimg.spec.model.ProcessState;

/**
 * Files of /proc that a program reads what is so now from: they are opened anew, by the process
 * itself. Only such as {@link ProcPath} lists, open for reading and nothing else; one that tells of
 * a process is opened by this process alone.
 *
 * @param byFile by file id
 */
public record ProcFiles(Map<Integer, ProcPath> byFile) {
  /** Finds them. */
  public static ProcFiles of(Checkpoint checkpoint) {
    Map<Integer, ProcPath> found = new HashMap<>();
    for (FileFacts file : checkpoint.files()) {
      boolean there = !file.deleted() && file.content().isEmpty();
      if (there && file.filesystem().orElse(0) == ProcPath.FILESYSTEM) {
        ProcPath.of(file.path()).ifPresent(path -> found.put(file.id(), path));
      }
    }
    if (!found.isEmpty()) {
      found.keySet().removeAll(otherwiseUsed(checkpoint, found));
    }
    return new ProcFiles(Map.copyOf(found));
  }

  private static Set<Integer> otherwiseUsed(Checkpoint checkpoint, Map<Integer, ProcPath> found) {
    Set<Integer> others = new HashSet<>();
    for (OpenFile open : checkpoint.descriptions()) {
      if (!isOnlyRead(open)) {
        open.file().ifPresent(others::add);
      }
      if (open.state().orElse(null) instanceof FdState.NotifyList list) {
        list.watches().forEach(watch -> others.add(watch.file()));
      }
    }
    for (ProcessState process : checkpoint.processes()) {
      process.exe().ifPresent(others::add);
      process.directories().forEach(others::add);
      process.vmas().forEach(vma -> vma.file().ifPresent(others::add));
      for (FdEntry fd : process.fds()) {
        int file = checkpoint.description(fd.description()).file().orElse(0);
        ProcPath path = found.get(file);
        if (path != null && path.pid().orElse(process.pid()) != process.pid()) {
          others.add(file);
        }
      }
    }
    return others;
  }

  private static boolean isOnlyRead(OpenFile open) {
    int flags = open.flags() & (FileCalls.O_ACCMODE | FileCalls.O_PATH);
    return (open.type() == FdType.REGULAR || open.type() == FdType.DIRECTORY)
        && flags == FileCalls.O_RDONLY;
  }

  /** The path of a file that is one of them. */
  public Optional<ProcPath> path(int file) {
    return Optional.ofNullable(byFile.get(file));
  }
}
