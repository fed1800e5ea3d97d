package org.ckimg.writer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.AltStack;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RobustList;
import org.ckimg.spec.model.Rseq;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.ThreadFs;
import org.ckimg.spec.model.ThreadState;

/** THREADS, by process, the leader first, then by tid. */
final class ThreadEncoder implements TableEncoder {
  private static final AltStack NO_ALTSTACK = new AltStack(0, 0, 0);
  private static final RobustList NO_ROBUST_LIST = new RobustList(0, 0);
  private static final Rseq NO_RSEQ = new Rseq(0, 0, 0, 0);
  private static final Scheduling NO_SCHEDULING =
      new Scheduling(0, 0, 0, 0, Bytes.EMPTY, OptionalInt.empty(), OptionalLong.empty());
  private static final ThreadFs.Own NO_PLACE =
      new ThreadFs.Own(OptionalInt.empty(), OptionalInt.empty(), 0);
  private static final int MAX_AREA_BYTES = 4096;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    List<ProcessState> processes = context.checkpoint().processes();
    for (int index = 0; index < processes.size(); index++) {
      ProcessState process = processes.get(index);
      checkLeader(table, process);
      for (ThreadState thread : process.threads()) {
        table
            .begin("thread " + thread.tid())
            .require(table.total() <= ProcessEncoder.MAX_ID, Rule.THR_01, "too many threads")
            .ascending(index, thread.tid() == process.pid() ? 0 : 1, thread.tid())
            .u4(present(thread))
            .u4(index)
            .u4("tid", thread.tid(), 1, ProcessEncoder.MAX_PID)
            .u4(
                "credentials",
                thread.credentials().map(context.credentialIds()::get).orElse(0),
                0,
                ProcessEncoder.MAX_ID);
        state(table, thread);
        scheduling(table, thread.scheduling().orElse(NO_SCHEDULING));
        table.u8(thread.clearTidAddress().orElse(0));
        fs(context, table, process, thread);
        table.end();
      }
    }
  }

  private static void checkLeader(TableWriter table, ProcessState process) {
    boolean led =
        process.threads().isEmpty()
            ? process.state() == RunState.ZOMBIE
            : process.leader().tid() == process.pid();
    table.begin("process " + process.pid()).require(led, Rule.THR_02, "no leader in front");
  }

  private static void state(TableWriter table, ThreadState thread) {
    AltStack altstack = thread.altstack().orElse(NO_ALTSTACK);
    RobustList robust = thread.robustList().orElse(NO_ROBUST_LIST);
    Rseq rseq = thread.rseq().orElse(NO_RSEQ);
    table
        .blob(thread.comm())
        .u8(thread.blocked().orElse(0))
        .u8(altstack.address())
        .u8("altstack_bytes", altstack.bytes())
        .u4(altstack.flags())
        .u4("death_signal", thread.deathSignal().orElse(0), 0, 64)
        .u8(robust.address())
        .u8("robust_bytes", robust.bytes(), 0, MAX_AREA_BYTES)
        .u8(rseq.address())
        .u4("rseq_bytes", rseq.bytes(), 0, MAX_AREA_BYTES)
        .u4(rseq.signature())
        .u4(rseq.flags());
  }

  private static void scheduling(TableWriter table, Scheduling scheduling) {
    table
        .u4("policy", scheduling.policy(), 0, 7)
        .u4("nice", scheduling.nice(), -20, 19)
        .u4("priority", scheduling.priority(), 0, 99)
        .u4("io_priority", scheduling.ioPriority().orElse(0), 0, 0xffff)
        .u4(scheduling.flags())
        .blob(scheduling.affinity())
        .u8("timer_slack_nanos", scheduling.timerSlackNanos().orElse(0));
  }

  private static void fs(
      Context context, TableWriter table, ProcessState process, ThreadState thread) {
    ThreadFs.Own own = thread.fs().orElse(null) instanceof ThreadFs.Own there ? there : NO_PLACE;
    int of = thread.fs().orElse(null) instanceof ThreadFs.Of other ? other.tid() : 0;
    int numFiles = context.checkpoint().files().size();
    boolean leads = thread.tid() == process.pid();
    boolean named =
        of != 0 && process.threads().stream().anyMatch(other -> other.tid() == of && owns(other));
    table
        .require(thread.fs().isEmpty() || !leads, Rule.THR_04, "a leader that left its place")
        .require(!thread.ownFiles() || !leads, Rule.THR_04, "a leader that left its descriptors")
        .require(of == 0 || of < thread.tid() && named, Rule.THR_04, "fs_of is " + of)
        .reference("cwd", own.cwd(), numFiles, Rule.THR_04)
        .reference("root", own.root(), numFiles, Rule.THR_04)
        .u4("cwd", own.cwd().orElse(0), 0, ProcessEncoder.MAX_ID)
        .u4("root", own.root().orElse(0), 0, ProcessEncoder.MAX_ID)
        .u4("umask", own.umask(), 0, 0x1ff)
        .u4("fs_of", of, 0, ProcessEncoder.MAX_PID);
  }

  private static boolean owns(ThreadState thread) {
    return thread.fs().orElse(null) instanceof ThreadFs.Own;
  }

  private static int present(ThreadState thread) {
    Optional<Scheduling> scheduling = thread.scheduling();
    return new Bits()
        .set(thread.comm(), Presence.Thread.COMM)
        .set(thread.blocked(), Presence.Thread.BLOCKED)
        .set(thread.altstack(), Presence.Thread.ALTSTACK)
        .set(thread.pending(), Presence.Thread.PENDING)
        .set(thread.robustList(), Presence.Thread.ROBUST_LIST)
        .set(thread.rseq(), Presence.Thread.RSEQ)
        .set(thread.clearTidAddress(), Presence.Thread.CLEAR_TID)
        .set(thread.deathSignal(), Presence.Thread.DEATH_SIGNAL)
        .set(scheduling, Presence.Thread.SCHEDULING)
        .set(
            scheduling.isPresent() && scheduling.get().ioPriority().isPresent(),
            Presence.Thread.IO_PRIORITY)
        .set(
            scheduling.isPresent() && scheduling.get().timerSlackNanos().isPresent(),
            Presence.Thread.TIMER_SLACK)
        .set(thread.fs(), Presence.Thread.FS)
        .set(thread.ownFiles(), Presence.Thread.FILES)
        .value();
  }
}
