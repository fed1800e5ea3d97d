package org.ckimg.reader.internal.table;

import static org.ckimg.spec.Presence.Thread.ALTSTACK;
import static org.ckimg.spec.Presence.Thread.BLOCKED;
import static org.ckimg.spec.Presence.Thread.CLEAR_TID;
import static org.ckimg.spec.Presence.Thread.COMM;
import static org.ckimg.spec.Presence.Thread.DEATH_SIGNAL;
import static org.ckimg.spec.Presence.Thread.FILES;
import static org.ckimg.spec.Presence.Thread.FS;
import static org.ckimg.spec.Presence.Thread.IO_PRIORITY;
import static org.ckimg.spec.Presence.Thread.PENDING;
import static org.ckimg.spec.Presence.Thread.ROBUST_LIST;
import static org.ckimg.spec.Presence.Thread.RSEQ;
import static org.ckimg.spec.Presence.Thread.SCHEDULING;
import static org.ckimg.spec.Presence.Thread.TIMER_SLACK;

import java.util.Map;
import java.util.Optional;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.AltStack;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.RobustList;
import org.ckimg.spec.model.Rseq;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.SeccompFilter;
import org.ckimg.spec.model.ThreadFs;
import org.ckimg.spec.model.ThreadState;

/**
 * Joins a thread with what other tables have of it.
 *
 * @param regsets by thread
 * @param signals signals that wait
 * @param filters by thread
 * @param credentials by id
 * @param files which files there are
 */
record ThreadDecoder(
    Groups<Regset> regsets,
    SignalDecoder signals,
    Groups<SeccompFilter> filters,
    Map<Long, Credentials> credentials,
    Ids files) {
  ThreadState decode(Row<CkimgImage.ThreadState> row) {
    CkimgImage.ThreadState r = row.value();
    Optionals p = new Optionals(r.present());
    return new ThreadState(
        (int) r.tid(),
        p.value(COMM, () -> row.bytes(r.comm())),
        regsets.of(row.index()),
        p.wide(BLOCKED, r.blocked()),
        p.value(
            ALTSTACK,
            () -> new AltStack(r.altstackAddress(), r.altstackBytes(), (int) r.altstackFlags())),
        p.has(PENDING) ? signals.ofThread(row.index()) : Optional.empty(),
        p.value(ROBUST_LIST, () -> new RobustList(r.robustAddress(), r.robustBytes())),
        p.value(RSEQ, () -> rseq(r)),
        p.wide(CLEAR_TID, r.clearTidAddress()),
        p.number(DEATH_SIGNAL, r.deathSignal()),
        Optional.ofNullable(credentials.get(r.credentials())),
        filters.of(row.index()),
        p.value(SCHEDULING, () -> scheduling(row, p)),
        p.value(FS, () -> fs(r)),
        p.has(FILES));
  }

  private ThreadFs fs(CkimgImage.ThreadState r) {
    return r.fsOf() == 0
        ? new ThreadFs.Own(files.optional(r.cwd()), files.optional(r.root()), (int) r.umask())
        : new ThreadFs.Of((int) r.fsOf());
  }

  private static Rseq rseq(CkimgImage.ThreadState r) {
    return new Rseq(
        r.rseqAddress(), (int) r.rseqBytes(), (int) r.rseqSignature(), (int) r.rseqFlags());
  }

  private static Scheduling scheduling(Row<CkimgImage.ThreadState> row, Optionals p) {
    CkimgImage.ThreadState r = row.value();
    return new Scheduling(
        (int) r.policy(),
        r.nice(),
        (int) r.priority(),
        (int) r.schedFlags(),
        row.bytes(r.affinity()),
        p.number(IO_PRIORITY, r.ioPriority()),
        p.wide(TIMER_SLACK, r.timerSlackNanos()));
  }
}
