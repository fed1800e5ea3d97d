package org.ckimg.writer;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.ProcessState;

/** FDS, by process and number. */
final class FdEncoder implements TableEncoder {
  private static final int CLOSE_ON_EXEC = 1;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    List<ProcessState> processes = context.checkpoint().processes();
    int count = context.checkpoint().descriptions().size();
    for (int index = 0; index < processes.size(); index++) {
      for (FdEntry fd : processes.get(index).fds()) {
        table
            .begin("process " + processes.get(index).pid() + ", fd " + fd.number())
            .ascending(index, fd.number())
            .reference("description", OptionalInt.of(fd.description()), count, Rule.FDS_02)
            .u4(index)
            .u4("number", fd.number(), 0, Integer.MAX_VALUE)
            .u4("description", fd.description(), 1, ProcessEncoder.MAX_ID)
            .u4(fd.closeOnExec() ? CLOSE_ON_EXEC : 0)
            .end();
      }
    }
  }
}
