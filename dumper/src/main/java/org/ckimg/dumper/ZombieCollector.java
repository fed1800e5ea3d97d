package org.ckimg.dumper;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.linux.proc.Stat;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;

/** What is left of a process that has ended and that nobody has waited for. */
final class ZombieCollector {
  private ZombieCollector() {}

  static ProcessState collect(int pid) throws IOException {
    Stat stat = Stat.read(pid);
    return ProcessState.ended(
        new ProcessIds(
            pid,
            OptionalInt.of(stat.parent()),
            OptionalInt.of(stat.group()),
            OptionalInt.of(stat.session())),
        OptionalInt.of(stat.exitCode()),
        OptionalLong.of(stat.startTicks() * ProcessCollector.NANOS_PER_TICK),
        ProcessAttributes.UNKNOWN.withExitSignal(OptionalInt.of(stat.exitSignal())),
        Optional.of(Bytes.of(stat.comm())));
  }
}
