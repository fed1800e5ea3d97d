package org.ckimg.linux.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.ckimg.linux.proc.Fds;
import org.ckimg.linux.proc.Maps;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Tracer;
import org.ckimg.linux.sys.Sys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfectionTest {
  private static final int PR_GET_TID_ADDRESS = 40;

  @TempDir Path folder;

  @Test
  void everyThreadMakesCallsAndGoesOnUnchanged() throws Exception {
    try (Victim victim = Victim.start(folder);
        Tracer tracer = new Tracer()) {
      int mappings = Maps.read(victim.pid()).size();
      for (int round = 0; round < 20; round++) {
        tracer.call(() -> infect(victim.pid()));
        victim.awaitRounds();
      }
      assertEquals(0, victim.errors(), () -> "error bits " + victim.errorBits());
      assertEquals(0, victim.badReturns());
      assertEquals(mappings, Maps.read(victim.pid()).size());
    }
  }

  private static Void infect(int pid) throws Exception {
    Infection infection = Infection.prepare(pid);
    try (SeizedProcess process = SeizedProcess.seize(pid)) {
      assertEquals(4, process.threads().size());
      RemoteCalls calls = new RemoteCalls();
      int getpid = calls.add(Sys.GETPID);
      for (int i = 0; i < 200; i++) {
        calls.addOut(32, Sys.RT_SIGACTION, 1 + i % 64, 0, RemoteCalls.OUT, 8);
      }
      Map<Integer, RemoteCalls> threads = new HashMap<>();
      for (SeizedThread thread : process.threads()) {
        RemoteCalls own = new RemoteCalls();
        own.add(Sys.GETTID);
        own.addOut(8, Sys.PRCTL, PR_GET_TID_ADDRESS, RemoteCalls.OUT);
        threads.put(thread.tid(), own);
      }
      byte[] before = Ptrace.regset(pid, Ptrace.NT_PRSTATUS);
      infection.run(process, calls, threads, false);
      assertArrayEquals(before, Ptrace.regset(pid, Ptrace.NT_PRSTATUS));
      assertEquals(pid, calls.result(getpid));
      for (SeizedThread thread : process.threads()) {
        RemoteCalls own = threads.get(thread.tid());
        assertEquals(thread.tid(), own.result(0));
        assertEquals(0, own.result(1));
        long address = ByteBuffer.wrap(own.out(1)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertTrue(address != 0);
        assertEquals(thread.mask(), Ptrace.signalMask(thread.tid()));
      }
    }
    return null;
  }

  @Test
  void forkedChildIsFrozenWithoutDescriptorsAndIsReaped() throws Exception {
    try (Victim victim = Victim.start(folder);
        Tracer tracer = new Tracer()) {
      for (int round = 0; round < 5; round++) {
        tracer.call(() -> fork(victim.pid()));
        victim.awaitRounds();
      }
      assertTrue(Leftovers.find(victim.pid()).isEmpty());
      assertEquals(0, victim.errors(), () -> "error bits " + victim.errorBits());
      assertEquals(0, victim.badReturns());
    }
  }

  private static Void fork(int pid) throws Exception {
    Infection infection = Infection.prepare(pid);
    FrozenChild child;
    try (SeizedProcess process = SeizedProcess.seize(pid)) {
      RemoteCalls calls = new RemoteCalls();
      calls.add(Sys.GETPID);
      child = infection.run(process, calls, Map.of(), true).orElseThrow();
    }
    try (child) {
      child.freeze();
      assertTrue(Fds.list(child.pid()).isEmpty());
      assertFalse(Fds.list(pid).isEmpty());
    }
    Leftovers left = Leftovers.find(pid);
    assertEquals(1, left.zombies().size());
    try (SeizedProcess process = SeizedProcess.seize(pid)) {
      infection.clean(process, left);
    }
    return null;
  }
}
