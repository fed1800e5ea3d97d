package org.ckimg.reader.internal.table;

import static org.ckimg.spec.Presence.Process.ACTIONS;
import static org.ckimg.spec.Presence.Process.AUXV;
import static org.ckimg.spec.Presence.Process.CHILD_SUBREAPER;
import static org.ckimg.spec.Presence.Process.CMDLINE;
import static org.ckimg.spec.Presence.Process.COREDUMP_FILTER;
import static org.ckimg.spec.Presence.Process.DUMPABLE;
import static org.ckimg.spec.Presence.Process.ENVIRON;
import static org.ckimg.spec.Presence.Process.EXIT_SIGNAL;
import static org.ckimg.spec.Presence.Process.EXIT_STATUS;
import static org.ckimg.spec.Presence.Process.GROUP;
import static org.ckimg.spec.Presence.Process.HUGE_PAGES_DISABLED;
import static org.ckimg.spec.Presence.Process.LAYOUT;
import static org.ckimg.spec.Presence.Process.OOM_SCORE_ADJ;
import static org.ckimg.spec.Presence.Process.PARENT;
import static org.ckimg.spec.Presence.Process.PENDING;
import static org.ckimg.spec.Presence.Process.PERSONALITY;
import static org.ckimg.spec.Presence.Process.SESSION;
import static org.ckimg.spec.Presence.Process.START;
import static org.ckimg.spec.Presence.Process.TTY_GROUP;
import static org.ckimg.spec.Presence.Process.TTY_NUMBER;
import static org.ckimg.spec.Presence.Process.UMASK;

import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;
import org.ckimg.spec.model.Vma;

/**
 * Joins a process with what other tables have of it, all by process.
 *
 * @param files which files there are
 */
record ProcessDecoder(
    Ids files,
    Groups<ThreadState> threads,
    SignalDecoder signals,
    Groups<Timer> timers,
    Groups<Limit> limits,
    Groups<Vma> vmas,
    Groups<FdEntry> fds,
    Groups<FileLock> locks) {
  private static final RunState[] STATES = RunState.values();

  ProcessState decode(Row<CkimgImage.ProcessState> row) {
    CkimgImage.ProcessState r = row.value();
    Optionals p = new Optionals(r.present());
    long index = row.index();
    return new ProcessState(
        new ProcessIds(
            (int) r.pid(),
            p.number(PARENT, r.ppid()),
            p.number(GROUP, r.pgid()),
            p.number(SESSION, r.sid())),
        STATES[r.state() - 1],
        p.number(EXIT_STATUS, r.exitStatus()),
        p.wide(START, r.startNanos()),
        files.optional(r.exe()),
        files.optional(r.cwd()),
        files.optional(r.root()),
        p.number(UMASK, r.umask()),
        new SharedWith(named(r.filesOf()), named(r.fsOf())),
        p.value(CMDLINE, () -> row.bytes(r.cmdline())),
        p.value(ENVIRON, () -> row.bytes(r.environ())),
        p.value(AUXV, () -> row.bytes(r.auxv())),
        p.value(LAYOUT, () -> layout(r)),
        attributes(r, p),
        threads.of(index),
        p.has(ACTIONS) ? signals.actions(index) : Optional.empty(),
        p.has(PENDING) ? signals.ofProcess(index) : Optional.empty(),
        timers.of(index),
        limits.of(index),
        vmas.of(index),
        fds.of(index),
        locks.of(index));
  }

  private static OptionalInt named(long pid) {
    return pid == 0 ? OptionalInt.empty() : OptionalInt.of((int) pid);
  }

  private static MemoryLayout layout(CkimgImage.ProcessState r) {
    return new MemoryLayout(
        r.startCode(),
        r.endCode(),
        r.startData(),
        r.endData(),
        r.startBrk(),
        r.brk(),
        r.startStack(),
        r.argStart(),
        r.argEnd(),
        r.envStart(),
        r.envEnd());
  }

  private static ProcessAttributes attributes(CkimgImage.ProcessState r, Optionals p) {
    return new ProcessAttributes(
        p.number(PERSONALITY, r.personality()),
        p.number(DUMPABLE, r.dumpable()),
        p.number(OOM_SCORE_ADJ, r.oomScoreAdj()),
        p.number(COREDUMP_FILTER, r.coredumpFilter()),
        p.value(CHILD_SUBREAPER, () -> (r.flags() & 1) != 0),
        p.value(HUGE_PAGES_DISABLED, () -> (r.flags() & 2) != 0),
        p.number(TTY_NUMBER, r.ttyNumber()),
        p.number(TTY_GROUP, r.ttyPgrp()),
        p.number(EXIT_SIGNAL, r.exitSignal()));
  }
}
