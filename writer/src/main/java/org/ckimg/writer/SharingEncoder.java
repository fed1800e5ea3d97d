package org.ckimg.writer;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;

/** The fields of PROCESSES that say whose descriptors and place a process has. */
final class SharingEncoder {
  private final Map<Integer, ProcessState> written = new HashMap<>();

  void encode(TableWriter table, ProcessState process) {
    OptionalInt files = process.sharedWith().files();
    OptionalInt fs = process.sharedWith().fs();
    files.ifPresent(pid -> {
      ProcessState owner = owner(table, process, "files_of", pid);
      require(table, owner.sharedWith().files().isEmpty(), pid + " has files_of");
      require(table, process.fds().isEmpty(), "descriptors beside files_of");
      require(table, process.locks().isEmpty(), "locks beside files_of");
    });
    fs.ifPresent(pid -> {
      ProcessState owner = owner(table, process, "fs_of", pid);
      require(table, owner.sharedWith().fs().isEmpty(), pid + " has fs_of");
      require(table, isWhere(process, owner), "cwd, root or umask is not that of " + pid);
    });
    table
        .u4("files_of", files.orElse(0), 0, ProcessEncoder.MAX_PID)
        .u4("fs_of", fs.orElse(0), 0, ProcessEncoder.MAX_PID);
    written.put(process.pid(), process);
  }

  private ProcessState owner(TableWriter table, ProcessState process, String field, int pid) {
    ProcessState owner = written.get(pid);
    require(table, owner != null, field + " is " + pid + ", no process before this one");
    boolean alive = process.state() != RunState.ZOMBIE && owner.state() != RunState.ZOMBIE;
    require(table, alive, field + " of or to a zombie");
    return owner;
  }

  private static boolean isWhere(ProcessState process, ProcessState other) {
    return Objects.equals(process.cwd(), other.cwd())
        && Objects.equals(process.root(), other.root())
        && Objects.equals(process.umask(), other.umask());
  }

  private static void require(TableWriter table, boolean holds, String otherwise) {
    table.require(holds, Rule.PRC_04, otherwise);
  }
}
