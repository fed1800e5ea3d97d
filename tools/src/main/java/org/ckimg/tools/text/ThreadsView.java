package org.ckimg.tools.text;

import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.ThreadFs;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.decode.Processors;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.decode.RegisterFile;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.HostNames;
import org.ckimg.tools.names.SignalNames;

/** One line for each thread. */
final class ThreadsView implements View.ProcessPrinter {
  @Override
  public void print(Subject subject, ProcessState process, Paper paper) {
    Host host = subject.checkpoint().host();
    Mappings mappings = new Mappings(subject.checkpoint(), process);
    SignalNames signals = SignalNames.of(host);
    TextTable table =
        new TextTable(
            ">TID", "NAME", "POLICY", ">NICE", "CPUS", "SECCOMP", "BLOCKED", ">PENDING", "AT");
    for (ThreadState thread : process.threads()) {
      RegisterFile registers = RegisterFile.of(thread, host);
      table.row(
          thread.tid(),
          Cells.of(thread.comm()),
          thread.scheduling().map(ThreadsView::policy).orElse(Cells.ABSENT),
          thread.scheduling().map(s -> Integer.toString(s.nice())).orElse(Cells.ABSENT),
          thread.scheduling().map(s -> Processors.ranges(s.affinity())).orElse(Cells.ABSENT),
          thread.filters().isEmpty()
              ? Cells.ABSENT
              : Human.count(thread.filters().size(), "filter"),
          Cells.of(thread.blocked(), mask -> Cells.list(signals.mask(mask))),
          thread.pending().map(p -> Integer.toString(p.size())).orElse(Cells.ABSENT),
          Cells.of(
              registers.instruction(), at -> mappings.place(at).orElseGet(() -> Human.hex(at))));
    }
    paper.table(table);
    process.threads().forEach(thread -> place(subject.checkpoint(), thread, paper));
  }

  private static void place(Checkpoint checkpoint, ThreadState thread, Paper paper) {
    switch (thread.fs().orElse(null)) {
      case ThreadFs.Of other ->
          paper.line("  thread %d is where thread %d is".formatted(thread.tid(), other.tid()));
      case ThreadFs.Own own ->
          paper.line(
              "  thread %d is in %s, umask %04o"
                  .formatted(
                      thread.tid(),
                      Cells.of(References.file(checkpoint, own.cwd()).map(FileFacts::path)),
                      own.umask()));
      case null -> {}
    }
    if (thread.ownFiles()) {
      paper.line("  thread %d has descriptors of its own".formatted(thread.tid()));
    }
  }

  private static String policy(Scheduling scheduling) {
    return HostNames.policy(scheduling.policy())
        + (scheduling.priority() == 0 ? "" : " " + scheduling.priority());
  }
}
