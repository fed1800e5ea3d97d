package org.ckimg.linux.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.ckimg.linux.ptrace.Stop;
import org.ckimg.linux.ptrace.Tracer;
import org.ckimg.linux.sys.ProcessCalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldSignalsTest {
  private static final int SIGCHLD = 17;
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;
  private static final int SIGTERM = 15;
  private static final int SIGURG = 23;
  private static final int SIGWINCH = 28;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStopIsGivenBackUnlessAContinueFollowed(boolean followed) throws Exception {
    try (Victim victim = Victim.start(folder);
        Tracer tracer = new Tracer()) {
      int pid = victim.pid();
      SelfStop selfStop = new SelfStop(SIGURG, false, false);
      tracer.call(() -> {
        try (SeizedProcess process = SeizedProcess.seize(pid)) {
          HeldSignals held = new HeldSignals(process.pid(), selfStop);
          assertFalse(held.takes(stop(SIGTERM)));
          assertTrue(held.takes(stop(SIGSTOP)));
          if (followed) {
            ProcessCalls.kill(pid, SIGCONT);
          }
          held.giveBack();
          assertEquals(!followed, SignalUse.of(pid).isPending(SIGSTOP));
        }
        return null;
      });
      if (!followed) {
        assertThrows(AssertionError.class, victim::awaitRounds);
        ProcessCalls.kill(pid, SIGCONT);
      }
      victim.awaitRounds();
    }
  }

  /** Nobody misses one that no thread blocks: without a handler it is ignored. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSignalThatAThreadMayWaitForIsGivenBack(boolean awaited) throws Exception {
    try (Victim victim = Victim.start(folder);
        Tracer tracer = new Tracer()) {
      int pid = victim.pid();
      SelfStop selfStop = new SelfStop(SIGURG, awaited, false);
      tracer.call(() -> {
        try (SeizedProcess process = SeizedProcess.seize(pid)) {
          HeldSignals held = new HeldSignals(process.pid(), selfStop);
          assertTrue(held.takes(stop(SIGURG)));
          held.giveBack();
          assertEquals(awaited, SignalUse.of(pid).isPending(SIGURG));
        }
        return null;
      });
      victim.awaitRounds();
    }
  }

  @Test
  void oneThatNoThreadUsesIsChosen() throws Exception {
    int pid = (int) ProcessHandle.current().pid();
    assertChosen(SIGWINCH, false, pid, SignalUse.NONE);
    assertChosen(SIGURG, false, pid, new SignalUse(0, bit(SIGWINCH), 0));
    assertChosen(SIGCHLD, false, pid, new SignalUse(bit(SIGWINCH), 0, bit(SIGURG)));
    assertChosen(SIGURG, true, pid, new SignalUse(0, -1, bit(SIGWINCH)));
    assertThrows(
        NoGadgetException.class,
        () -> SelfStop.of(pid, new SignalUse(bit(SIGWINCH) | bit(SIGCHLD), 0, bit(SIGURG))));
  }

  private static void assertChosen(int signal, boolean awaited, int pid, SignalUse use)
      throws Exception {
    SelfStop chosen = SelfStop.of(pid, use);
    assertEquals(signal, chosen.signal());
    assertEquals(awaited, chosen.awaited());
  }

  private static long bit(int signal) {
    return 1L << signal - 1;
  }

  private static Stop stop(int signal) {
    return new Stop(signal << 8 | 0x7f);
  }
}
