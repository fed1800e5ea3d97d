package org.ckimg.dumper;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.linux.proc.Stat;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.ThreadState;

/** What is left of a process that has ended and that nobody has waited for. */
final class ZombieCollector {
  private ZombieCollector() {}

  static ProcessState collect(int pid) throws IOException {
    Stat stat = Stat.read(pid);
    return new ProcessState(
        new ProcessIds(
            pid,
            OptionalInt.of(stat.parent()),
            OptionalInt.of(stat.group()),
            OptionalInt.of(stat.session())),
        RunState.ZOMBIE,
        OptionalInt.of(stat.exitCode()),
        OptionalLong.of(stat.startTicks() * ProcessCollector.NANOS_PER_TICK),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        SharedWith.NOBODY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ProcessAttributes.UNKNOWN.withExitSignal(OptionalInt.of(stat.exitSignal())),
        List.of(ThreadState.ended(pid, Optional.of(Bytes.of(stat.comm())))),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}
