package org.ckimg.fuzz;

import static org.ckimg.fuzz.Row.bits;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.SeccompFilter;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadFs;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.ckimg.testkit.Table;

/**
 * The records that FORMAT.md gives a model, by the names there: what a witness must have read.
 * Credentials are rows for themselves, since their ids are the image's own affair.
 */
final class ModelRows {
  private final Map<Table, List<Map<String, Object>>> rows = new EnumMap<>(Table.class);
  private final Checkpoint checkpoint;
  private int threads;

  private ModelRows(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /** All tables of a model. */
  static Map<Table, List<Map<String, Object>>> of(Checkpoint checkpoint) {
    ModelRows model = new ModelRows(checkpoint);
    for (Table table : Table.values()) {
      model.rows.put(table, new ArrayList<>());
    }
    for (int i = 0; i < checkpoint.processes().size(); i++) {
      model.process(i, checkpoint.processes().get(i));
    }
    new ThingRows(checkpoint, model::row).all();
    return model.rows;
  }

  private Row row(Table table) {
    Row row = new Row(table);
    rows.get(table).add(row.values());
    return row;
  }

  private void process(int index, ProcessState process) {
    row(process);
    signals(index, process);
    for (ThreadState thread : process.threads()) {
      thread(index, thread);
    }
    process.timers().forEach(timer -> timer(index, timer));
    for (Limit limit : process.limits()) {
      row(Table.LIMITS)
          .put("process", index)
          .put("resource", limit.resource())
          .put("soft", limit.soft())
          .put("hard", limit.hard());
    }
    process.vmas().forEach(vma -> vma(index, vma));
    for (FdEntry fd : process.fds()) {
      row(Table.FDS)
          .put("process", index)
          .put("number", fd.number())
          .put("description", fd.description())
          .put("flags", fd.closeOnExec())
          .put("thread", fd.thread());
    }
    process.locks().forEach(lock -> lock(index, lock));
  }

  private void row(ProcessState process) {
    ProcessAttributes a = process.attributes();
    Row row = row(Table.PROCESSES);
    row.put(
        "present",
        bits(
            process.ids().parent().isPresent(),
            process.ids().group().isPresent(),
            process.ids().session().isPresent(),
            process.exitStatus().isPresent(),
            process.umask().isPresent(),
            process.cmdline().isPresent(),
            process.environ().isPresent(),
            process.auxv().isPresent(),
            a.personality().isPresent(),
            a.dumpable().isPresent(),
            a.oomScoreAdj().isPresent(),
            a.coredumpFilter().isPresent(),
            a.childSubreaper().isPresent(),
            a.hugePagesDisabled().isPresent(),
            a.ttyNumber().isPresent(),
            a.ttyGroup().isPresent(),
            a.exitSignal().isPresent(),
            process.startNanos().isPresent(),
            process.layout().isPresent(),
            process.actions().isPresent(),
            process.pending().isPresent()));
    row.put("pid", process.pid())
        .put("ppid", process.ids().parent())
        .put("pgid", process.ids().group())
        .put("sid", process.ids().session())
        .put("state", process.state().ordinal() + 1)
        .put("exit_status", process.exitStatus())
        .put("exe", process.exe())
        .put("cwd", process.cwd())
        .put("root", process.root())
        .put("umask", process.umask())
        .put("files_of", process.sharedWith().files())
        .put("fs_of", process.sharedWith().fs())
        .put("cmdline", process.cmdline())
        .put("environ", process.environ())
        .put("auxv", process.auxv())
        .put("start_nanos", process.startNanos())
        .put("dumpable", a.dumpable())
        .put("flags", bits(a.childSubreaper().orElse(false), a.hugePagesDisabled().orElse(false)))
        .put("personality", a.personality())
        .put("oom_score_adj", a.oomScoreAdj())
        .put("coredump_filter", a.coredumpFilter())
        .put("tty_number", a.ttyNumber())
        .put("tty_pgrp", a.ttyGroup())
        .put("exit_signal", a.exitSignal());
    process.layout().ifPresent(layout -> layout(row, layout));
  }

  private static void layout(Row row, MemoryLayout layout) {
    row.put("start_code", layout.startCode())
        .put("end_code", layout.endCode())
        .put("start_data", layout.startData())
        .put("end_data", layout.endData())
        .put("start_brk", layout.startBrk())
        .put("brk", layout.brk())
        .put("start_stack", layout.startStack())
        .put("arg_start", layout.argStart())
        .put("arg_end", layout.argEnd())
        .put("env_start", layout.envStart())
        .put("env_end", layout.envEnd());
  }

  /** Of the process, then of its threads. */
  private void signals(int index, ProcessState process) {
    for (SignalAction action : process.actions().orElse(List.of())) {
      row(Table.SIGNALS)
          .put("kind", 1)
          .put("process", index)
          .put("number", action.number())
          .put("handler", action.handler())
          .put("flags", action.flags())
          .put("mask", action.mask())
          .put("restorer", action.restorer());
    }
    pending(2, index, 0, process.pending());
    for (int i = 0; i < process.threads().size(); i++) {
      pending(3, index, threads + i, process.threads().get(i).pending());
    }
  }

  private void pending(int kind, int index, int thread, Optional<List<PendingSignal>> signals) {
    for (PendingSignal signal : signals.orElse(List.of())) {
      row(Table.SIGNALS)
          .put("kind", kind)
          .put("process", index)
          .put("thread", thread)
          .put("number", signal.number())
          .put("siginfo", signal.siginfo());
    }
  }

  private void thread(int index, ThreadState thread) {
    Optional<Scheduling> scheduling = thread.scheduling();
    Row row = row(Table.THREADS);
    row.put(
            "present",
            bits(
                thread.comm().isPresent(),
                thread.blocked().isPresent(),
                thread.altstack().isPresent(),
                thread.pending().isPresent(),
                thread.robustList().isPresent(),
                thread.rseq().isPresent(),
                thread.clearTidAddress().isPresent(),
                thread.deathSignal().isPresent(),
                scheduling.isPresent(),
                scheduling.flatMap(s -> boxed(s.ioPriority())).isPresent(),
                scheduling.filter(s -> s.timerSlackNanos().isPresent()).isPresent(),
                thread.fs().isPresent(),
                thread.ownFiles()))
        .put("process", index)
        .put("tid", thread.tid())
        .put("comm", thread.comm())
        .put("blocked", thread.blocked())
        .put("death_signal", thread.deathSignal())
        .put("clear_tid_address", thread.clearTidAddress());
    switch (thread.fs().orElse(null)) {
      case ThreadFs.Of other -> row.put("fs_of", other.tid());
      case ThreadFs.Own own ->
          row.put("cwd", own.cwd()).put("root", own.root()).put("umask", own.umask());
      case null -> {}
    }
    thread
        .altstack()
        .ifPresent(stack ->
            row.put("altstack_address", stack.address())
                .put("altstack_bytes", stack.bytes())
                .put("altstack_flags", stack.flags()));
    thread
        .robustList()
        .ifPresent(
            list -> row.put("robust_address", list.address()).put("robust_bytes", list.bytes()));
    thread
        .rseq()
        .ifPresent(rseq ->
            row.put("rseq_address", rseq.address())
                .put("rseq_bytes", rseq.bytes())
                .put("rseq_signature", rseq.signature())
                .put("rseq_flags", rseq.flags()));
    scheduling.ifPresent(s -> scheduling(row, s));
    thread.credentials().ifPresent(this::credentials);
    ofThread(thread);
    threads++;
  }

  private static Optional<Integer> boxed(OptionalInt number) {
    return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
  }

  private static void scheduling(Row row, Scheduling scheduling) {
    row.put("policy", scheduling.policy())
        .put("nice", scheduling.nice())
        .put("priority", scheduling.priority())
        .put("io_priority", scheduling.ioPriority())
        .put("sched_flags", scheduling.flags())
        .put("affinity", scheduling.affinity())
        .put("timer_slack_nanos", scheduling.timerSlackNanos());
  }

  private void ofThread(ThreadState thread) {
    for (Regset regset : thread.regsets()) {
      row(Table.REGISTERS)
          .put("thread", threads)
          .put("note_type", regset.noteType())
          .put("data", regset.data());
    }
    for (int i = 0; i < thread.filters().size(); i++) {
      SeccompFilter filter = thread.filters().get(i);
      row(Table.FILTERS)
          .put("thread", threads)
          .put("position", i)
          .put("flags", filter.flags())
          .put("program", filter.program());
    }
  }

  /** One row for each thread that has credentials. */
  private void credentials(Credentials of) {
    Row row = row(Table.CREDENTIALS);
    row.put(
            "present",
            bits(
                of.capabilities().isPresent(),
                of.securebits().isPresent(),
                of.privileges().isPresent()))
        .put("uid", of.ids().uid())
        .put("euid", of.ids().euid())
        .put("suid", of.ids().suid())
        .put("fsuid", of.ids().fsuid())
        .put("gid", of.ids().gid())
        .put("egid", of.ids().egid())
        .put("sgid", of.ids().sgid())
        .put("fsgid", of.ids().fsgid())
        .put("groups", words(of.groups()))
        .put("securebits", of.securebits());
    of.capabilities()
        .ifPresent(caps ->
            row.put("cap_effective", caps.effective())
                .put("cap_permitted", caps.permitted())
                .put("cap_inheritable", caps.inheritable())
                .put("cap_bounding", caps.bounding())
                .put("cap_ambient", caps.ambient()));
    of.privileges()
        .ifPresent(privileges ->
            row.put("no_new_privs", privileges.noNewPrivs())
                .put("seccomp_mode", privileges.seccompMode()));
  }

  /** Numbers of four bytes each. */
  static Bytes words(List<Integer> numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
    numbers.forEach(bytes::putInt);
    return Bytes.of(bytes.array());
  }

  private void timer(int index, Timer timer) {
    Row row =
        row(Table.TIMERS)
            .put("process", index)
            .put("interval_nanos", timer.intervalNanos())
            .put("value_nanos", timer.valueNanos());
    switch (timer) {
      case Timer.Interval interval -> row.put("kind", interval.kind().ordinal() + 1);
      case Timer.Posix posix ->
          row.put("kind", 4)
              .put("notify_kind", posix.notifyKind())
              .put("present", bits(posix.overrun().isPresent()))
              .put("id", posix.id())
              .put("clock", posix.clock())
              .put("number", posix.signal())
              .put("tid", posix.tid())
              .put("overrun", posix.overrun())
              .put("sigval", posix.sigval());
    }
  }

  private void vma(int index, Vma vma) {
    int flags = 0;
    for (VmaFlag flag : vma.flags()) {
      flags |= 1 << flag.ordinal();
    }
    row(Table.VMAS)
        .put("process", index)
        .put("object", vma.object())
        .put("first_page", vma.firstPage())
        .put("num_pages", vma.numPages())
        .put("object_page", vma.objectPage())
        .put("file_page", vma.filePage())
        .put("flags", flags)
        .put("file", vma.file())
        .put("protection", vma.protection())
        .put("kind", vma.kind().ordinal() + 1)
        .put("present", bits(vma.digest().isPresent(), vma.name().isPresent()))
        .put("digest", vma.digest())
        .put("name", vma.name());
  }

  private void lock(int index, FileLock lock) {
    row(Table.LOCKS)
        .put("process", index)
        .put("file", lock.file())
        .put("description", lock.description())
        .put("kind", lock.kind().ordinal() + 1)
        .put("mode", lock.exclusive() ? 2 : 1)
        .put("start", lock.start())
        .put("length", lock.length());
  }
}
