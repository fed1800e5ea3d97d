package org.ckimg.writer;

import java.io.IOException;
import java.util.List;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SeccompFilter;
import org.ckimg.spec.model.ThreadState;

/** FILTERS, by thread and position. */
final class FilterEncoder implements TableEncoder {
  private static final int MAX_FILTERS = 4096;
  private static final int MAX_INSTRUCTIONS = 4096;
  private static final int INSTRUCTION_BYTES = 8;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    int index = 0;
    for (ProcessState process : context.checkpoint().processes()) {
      for (ThreadState thread : process.threads()) {
        encode(table, index++, thread);
      }
    }
  }

  private static void encode(TableWriter table, int index, ThreadState thread) throws IOException {
    List<SeccompFilter> filters = thread.filters();
    for (int position = 0; position < filters.size(); position++) {
      SeccompFilter filter = filters.get(position);
      table
          .begin("thread " + thread.tid() + ", filter " + position)
          .require(isProgram(filter.program().length()), Rule.FLT_02, "no seccomp program")
          .u4(index)
          .u4("position", position, 0, MAX_FILTERS - 1)
          .u8(filter.flags())
          .blob(filter.program())
          .end();
    }
  }

  private static boolean isProgram(int length) {
    return length > 0
        && length % INSTRUCTION_BYTES == 0
        && length / INSTRUCTION_BYTES <= MAX_INSTRUCTIONS;
  }
}
