package org.ckimg.interop.criu.write;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.interop.criu.proto.SeccompEntry;
import org.ckimg.interop.criu.proto.SeccompProgram;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SeccompFilter;
import org.ckimg.spec.model.ThreadState;

/** Seccomp filters: a thread names its newest one, and each names the one before. */
final class SeccompEncoder {
  private final SeccompEntry.Builder table = SeccompEntry.newBuilder();

  /** Index of the newest filter of each list of filters. */
  private final Map<List<SeccompFilter>, Integer> newest = new HashMap<>();

  SeccompEncoder(Checkpoint checkpoint) {
    for (ProcessState process : checkpoint.processes()) {
      for (ThreadState thread : process.threads()) {
        for (int count = 1; count <= thread.filters().size(); count++) {
          add(thread.filters().subList(0, count));
        }
      }
    }
  }

  private void add(List<SeccompFilter> filters) {
    if (!newest.containsKey(filters)) {
      SeccompFilter last = filters.getLast();
      SeccompProgram.Builder program =
          SeccompProgram.newBuilder()
              .setFilter(ByteString.copyFrom(last.program().toArray()))
              .setFlags((int) last.flags());
      if (filters.size() > 1) {
        program.setPrev(newest.get(filters.subList(0, filters.size() - 1)));
      }
      newest.put(List.copyOf(filters), table.getFiltersCount());
      table.addFilters(program);
    }
  }

  SeccompEntry table() {
    return table.build();
  }

  /** Index of a thread's newest filter; it has one. */
  int newest(ThreadState thread) {
    return newest.get(thread.filters());
  }
}
