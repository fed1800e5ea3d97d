package org.ckimg.writer;

import java.io.IOException;
import java.util.List;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.ProcessState;

/** LIMITS, by process and resource. */
final class LimitEncoder implements TableEncoder {
  private static final int MAX_RESOURCE = 31;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    List<ProcessState> processes = context.checkpoint().processes();
    for (int index = 0; index < processes.size(); index++) {
      for (Limit limit : processes.get(index).limits()) {
        boolean bounded = Long.compareUnsigned(limit.soft(), limit.hard()) <= 0;
        table
            .begin("process " + processes.get(index).pid() + ", resource " + limit.resource())
            .ascending(index, limit.resource())
            .require(bounded, Rule.LIM_02, "the soft limit is above the hard one")
            .u4(index)
            .u4("resource", limit.resource(), 0, MAX_RESOURCE)
            .u8(limit.soft())
            .u8(limit.hard())
            .end();
      }
    }
  }
}
