package org.ckimg.reader.internal.table;

import static org.ckimg.spec.Presence.Thread.ALTSTACK;
import static org.ckimg.spec.Presence.Thread.BLOCKED;
import static org.ckimg.spec.Presence.Thread.CLEAR_TID;
import static org.ckimg.spec.Presence.Thread.COMM;
import static org.ckimg.spec.Presence.Thread.DEATH_SIGNAL;
import static org.ckimg.spec.Presence.Thread.FILES;
import static org.ckimg.spec.Presence.Thread.FS;
import static org.ckimg.spec.Presence.Thread.IO_PRIORITY;
import static org.ckimg.spec.Presence.Thread.ROBUST_LIST;
import static org.ckimg.spec.Presence.Thread.RSEQ;
import static org.ckimg.spec.Presence.Thread.SCHEDULING;
import static org.ckimg.spec.Presence.Thread.TIMER_SLACK;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

final class ThreadVerifier extends Verifier<CkimgImage.ThreadState> {
  private final BitSet led = new BitSet();
  private final long place;
  private long process = -1;
  private long seen;
  private final Set<Long> ownFs = new HashSet<>();
  private long fsProcess = -1;
  private boolean complete = true;

  /**
   * Checks threads.
   *
   * @param place where to say that a process has none
   */
  ThreadVerifier(References references, Findings findings, long place) {
    super(references, findings);
    this.place = place;
  }

  @Override
  void check(Row<CkimgImage.ThreadState> row) throws ImageException {
    CkimgImage.ThreadState r = row.value();
    checkPresence(row, r);
    checkScheduling(row, r);
    process(row, Rule.THR_02, r.process());
    reference(row, Rule.THR_03, SectionType.CREDENTIALS, "credentials", r.credentials());
    checkPlace(row, r);
    checkFs(row, r);
    references.thread(row.index(), new References.ThreadFacts(r.process(), r.present()));
    if (has(r, FILES)) {
      references.table(r.process(), r.tid());
    }
  }

  private static boolean has(CkimgImage.ThreadState r, int bit) {
    return (r.present() & bit) != 0;
  }

  private void checkPresence(Row<CkimgImage.ThreadState> row, CkimgImage.ThreadState r)
      throws ImageException {
    zeroUnless(row, has(r, COMM), "comm", r.comm().len());
    zeroUnless(row, has(r, BLOCKED), "blocked", r.blocked());
    zeroUnless(
        row,
        has(r, ALTSTACK),
        "altstack_address to altstack_flags",
        r.altstackAddress(),
        r.altstackBytes(),
        r.altstackFlags());
    zeroUnless(
        row,
        has(r, ROBUST_LIST),
        "robust_address, robust_bytes",
        r.robustAddress(),
        r.robustBytes());
    zeroUnless(
        row,
        has(r, RSEQ),
        "rseq_address to rseq_flags",
        r.rseqAddress(),
        r.rseqBytes(),
        r.rseqSignature(),
        r.rseqFlags());
    zeroUnless(row, has(r, CLEAR_TID), "clear_tid_address", r.clearTidAddress());
    zeroUnless(row, has(r, DEATH_SIGNAL), "death_signal", r.deathSignal());
  }

  private void checkScheduling(Row<CkimgImage.ThreadState> row, CkimgImage.ThreadState r)
      throws ImageException {
    boolean scheduling = has(r, SCHEDULING);
    zeroUnless(
        row,
        scheduling,
        "policy to affinity",
        r.policy(),
        r.nice(),
        r.priority(),
        r.schedFlags(),
        r.affinity().len());
    zeroUnless(row, has(r, IO_PRIORITY), "io_priority", r.ioPriority());
    zeroUnless(row, has(r, TIMER_SLACK), "timer_slack_nanos", r.timerSlackNanos());
    needs(row, has(r, IO_PRIORITY), scheduling, "io_priority needs scheduling");
    needs(row, has(r, TIMER_SLACK), scheduling, "timer_slack_nanos needs scheduling");
  }

  /** The leader is the first of its process; the others follow by tid. */
  private void checkPlace(Row<CkimgImage.ThreadState> row, CkimgImage.ThreadState r)
      throws ImageException {
    boolean first = r.process() != process;
    process = r.process();
    Optional<References.ProcessFacts> facts = references.process(r.process());
    boolean leader = facts.isPresent() && facts.get().pid() == r.tid();
    if (first && facts.isPresent() && !leader && !behindHole()) {
      String text = "thread %d is the first of process %d";
      broken(row, Rule.THR_02, text, r.tid(), facts.get().pid());
    }
    int index = (int) r.process();
    boolean inFront = first || leader && led.get(index);
    ordered(row, r.process(), inFront ? 0 : 1, r.tid());
    led.set(index, led.get(index) || leader);
    seen++;
  }

  /** A leader is where its process is. */
  private void checkFs(Row<CkimgImage.ThreadState> row, CkimgImage.ThreadState r)
      throws ImageException {
    zeroUnless(row, has(r, FS), "cwd to fs_of", r.cwd(), r.root(), r.umask(), r.fsOf());
    reference(row, Rule.THR_04, SectionType.FILES, "cwd", r.cwd());
    reference(row, Rule.THR_04, SectionType.FILES, "root", r.root());
    if (r.process() != fsProcess) {
      fsProcess = r.process();
      ownFs.clear();
      complete = true;
    }
    complete &= !behindHole();
    boolean leader = references.process(r.process()).filter(p -> p.pid() == r.tid()).isPresent();
    if (leader && (has(r, FS) || has(r, FILES))) {
      String text = "thread %d leads its process and has left its place or its descriptors";
      broken(row, Rule.THR_04, text, r.tid());
    }
    if (r.fsOf() != 0 && (r.cwd() | r.root() | r.umask()) != 0) {
      broken(row, Rule.THR_04, "fs_of is %d, and there is a place beside it", r.fsOf());
    }
    if (r.fsOf() != 0 && complete && !ownFs.contains(r.fsOf())) {
      String text = "fs_of is %d, which is no thread before this one with a place of its own";
      broken(row, Rule.THR_04, text, r.fsOf());
    }
    if (has(r, FS) && r.fsOf() == 0) {
      ownFs.add(r.tid());
    }
  }

  @Override
  void end() throws ImageException {
    if (!references.has(SectionType.THREADS, seen)) {
      return;
    }
    for (int i = 0; i < references.numProcesses(); i++) {
      Optional<References.ProcessFacts> facts = references.process(i);
      if (facts.isPresent() && !facts.get().zombie() && !references.hasThreads(i)) {
        String text = "process %d has no thread".formatted(facts.get().pid());
        brokenTable(SectionType.THREADS, Rule.THR_02, place, text);
      }
    }
  }
}
