package org.ckimg.dumper;

import java.io.IOException;
import org.ckimg.linux.proc.Maps;
import org.ckimg.linux.remote.Infection;
import org.ckimg.linux.remote.Leftovers;
import org.ckimg.linux.remote.SeizedProcess;

/** Removes what dumps have left in a process: zombies of copies, memory of tools that died. */
final class CleanUp {
  private CleanUp() {}

  /** Looks, and stops the process only when there is something. */
  static void run(int pid) throws IOException {
    Leftovers left = Leftovers.find(pid);
    if (left.isEmpty()) {
      return;
    }
    Infection infection = FreshProgram.await(() -> Infection.prepare(pid));
    try (SeizedProcess process = SeizedProcess.seize(pid)) {
      infection.inStop(process, Maps.read(pid)).clean(process, left);
    }
  }
}
