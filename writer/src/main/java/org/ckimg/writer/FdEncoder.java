package org.ckimg.writer;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadState;

/** FDS, by process, thread and number. */
final class FdEncoder implements TableEncoder {
  private static final int CLOSE_ON_EXEC = 1;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    List<ProcessState> processes = context.checkpoint().processes();
    int count = context.checkpoint().descriptions().size();
    for (int index = 0; index < processes.size(); index++) {
      Set<Integer> tables = tables(processes.get(index));
      for (FdEntry fd : processes.get(index).fds()) {
        int thread = fd.thread().orElse(0);
        table
            .begin("process " + processes.get(index).pid() + ", fd " + fd.number())
            .ascending(index, thread, fd.number())
            .require(tables.contains(thread), Rule.FDS_02, "thread is " + thread)
            .reference("description", OptionalInt.of(fd.description()), count, Rule.FDS_02)
            .u4(index)
            .u4("number", fd.number(), 0, Integer.MAX_VALUE)
            .u4("description", fd.description(), 1, ProcessEncoder.MAX_ID)
            .u4(fd.closeOnExec() ? CLOSE_ON_EXEC : 0)
            .u4("thread", thread, 0, ProcessEncoder.MAX_PID)
            .u4(0)
            .end();
      }
    }
  }

  /** Threads that have their own; 0 for that of the process. */
  private static Set<Integer> tables(ProcessState process) {
    Set<Integer> tables = new HashSet<>(Set.of(0));
    for (ThreadState thread : process.threads()) {
      if (thread.ownFiles()) {
        tables.add(thread.tid());
      }
    }
    return tables;
  }
}
