package org.ckimg.reader.internal.table;

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
import static org.ckimg.spec.Presence.Process.PERSONALITY;
import static org.ckimg.spec.Presence.Process.SESSION;
import static org.ckimg.spec.Presence.Process.START;
import static org.ckimg.spec.Presence.Process.TTY_GROUP;
import static org.ckimg.spec.Presence.Process.TTY_NUMBER;
import static org.ckimg.spec.Presence.Process.UMASK;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Bytes;

final class ProcessVerifier extends Verifier<CkimgImage.ProcessState> {
  private static final int ZOMBIE = 4;

  private final Map<Long, Seen> seen = new HashMap<>();
  private boolean complete = true;

  /** What a later process may say that it shares. */
  private record Seen(boolean zombie, boolean ownFiles, boolean ownFs, Place place) {}

  private record Place(long cwd, long root, boolean known, long umask) {}

  ProcessVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.ProcessState> row) throws ImageException {
    CkimgImage.ProcessState r = row.value();
    ordered(row, r.pid());
    checkIds(row, r);
    checkAttributes(row, r);
    checkLayout(row, r);
    reference(row, Rule.PRC_02, SectionType.FILES, "exe", r.exe());
    reference(row, Rule.PRC_02, SectionType.FILES, "cwd", r.cwd());
    reference(row, Rule.PRC_02, SectionType.FILES, "root", r.root());
    checkBytes(row, r);
    checkSharing(row, r);
    references.process(
        row.index(),
        new References.ProcessFacts(r.pid(), r.state() == ZOMBIE, r.filesOf(), r.present()));
  }

  private static boolean has(CkimgImage.ProcessState r, int bit) {
    return (r.present() & bit) != 0;
  }

  private void checkIds(Row<CkimgImage.ProcessState> row, CkimgImage.ProcessState r)
      throws ImageException {
    zeroUnless(row, has(r, PARENT), "ppid", r.ppid());
    zeroUnless(row, has(r, GROUP), "pgid", r.pgid());
    zeroUnless(row, has(r, SESSION), "sid", r.sid());
    zeroUnless(row, has(r, EXIT_STATUS), "exit_status", r.exitStatus());
    zeroUnless(row, has(r, UMASK), "umask", r.umask());
    zeroUnless(row, has(r, CMDLINE), "cmdline", r.cmdline().len());
    zeroUnless(row, has(r, ENVIRON), "environ", r.environ().len());
    zeroUnless(row, has(r, AUXV), "auxv", r.auxv().len());
  }

  private void checkAttributes(Row<CkimgImage.ProcessState> row, CkimgImage.ProcessState r)
      throws ImageException {
    zeroUnless(row, has(r, PERSONALITY), "personality", r.personality());
    zeroUnless(row, has(r, DUMPABLE), "dumpable", r.dumpable());
    zeroUnless(row, has(r, OOM_SCORE_ADJ), "oom_score_adj", r.oomScoreAdj());
    zeroUnless(row, has(r, COREDUMP_FILTER), "coredump_filter", r.coredumpFilter());
    zeroUnless(row, has(r, CHILD_SUBREAPER), "flags bit 0", r.flags() & 1);
    zeroUnless(row, has(r, HUGE_PAGES_DISABLED), "flags bit 1", r.flags() & 2);
    zeroUnless(row, has(r, TTY_NUMBER), "tty_number", r.ttyNumber());
    zeroUnless(row, has(r, TTY_GROUP), "tty_pgrp", r.ttyPgrp());
    zeroUnless(row, has(r, EXIT_SIGNAL), "exit_signal", r.exitSignal());
    zeroUnless(row, has(r, START), "start_nanos", r.startNanos());
  }

  private void checkLayout(Row<CkimgImage.ProcessState> row, CkimgImage.ProcessState r)
      throws ImageException {
    zeroUnless(
        row,
        has(r, LAYOUT),
        "start_code to env_end",
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

  private void checkBytes(Row<CkimgImage.ProcessState> row, CkimgImage.ProcessState r)
      throws ImageException {
    if (!endsWithZero(row.bytes(r.cmdline()))) {
      broken(row, Rule.PRC_03, "cmdline does not end with a zero byte");
    }
    if (!endsWithZero(row.bytes(r.environ()))) {
      broken(row, Rule.PRC_03, "environ does not end with a zero byte");
    }
    if (r.auxv().len() % references.wordPairBytes() != 0) {
      broken(row, Rule.PRC_03, "auxv has %d bytes, which are no pairs of words", r.auxv().len());
    }
  }

  private void checkSharing(Row<CkimgImage.ProcessState> row, CkimgImage.ProcessState r)
      throws ImageException {
    complete &= !behindHole();
    Optional<Seen> files = named(row, "files_of", r.filesOf());
    if (files.isPresent() && !files.get().ownFiles()) {
      broken(row, Rule.PRC_04, "files_of is %d, which has files_of", r.filesOf());
    }
    Optional<Seen> fs = named(row, "fs_of", r.fsOf());
    if (fs.isPresent() && !fs.get().ownFs()) {
      broken(row, Rule.PRC_04, "fs_of is %d, which has fs_of", r.fsOf());
    }
    Place place = new Place(r.cwd(), r.root(), has(r, UMASK), r.umask());
    if (fs.isPresent() && !fs.get().place().equals(place)) {
      broken(row, Rule.PRC_04, "cwd, root or umask is not that of process %d", r.fsOf());
    }
    seen.put(r.pid(), new Seen(r.state() == ZOMBIE, r.filesOf() == 0, r.fsOf() == 0, place));
  }

  /** The earlier process that a record names; a record that could not be read may be it. */
  private Optional<Seen> named(Row<CkimgImage.ProcessState> row, String field, long pid)
      throws ImageException {
    if (pid == 0) {
      return Optional.empty();
    }
    Optional<Seen> other = Optional.ofNullable(seen.get(pid));
    if (other.isEmpty() && complete) {
      broken(row, Rule.PRC_04, "%s is %d, which is no process before this one", field, pid);
    }
    if (other.isPresent() && other.get().zombie() || row.value().state() == ZOMBIE) {
      broken(row, Rule.PRC_04, "%s is %d, and one of the two is a zombie", field, pid);
      return Optional.empty();
    }
    return other;
  }

  private static boolean endsWithZero(Bytes strings) {
    return strings.length() == 0 || strings.at(strings.length() - 1) == 0;
  }
}
