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
  private static final int PAGE = 4096;
  private static final int ALL_ACCESS = 7;
  private static final int PRIVATE_ANONYMOUS_NOREPLACE = 0x10_0022;
  private static final long STEP = 1L << 32;

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

  /** As tools that died before and after they wrote their code have left them. */
  @Test
  void mappingsThatWereLeftAreRemovedAndNoOthers() throws Exception {
    try (Victim victim = Victim.start(folder);
        Tracer tracer = new Tracer()) {
      int before = Maps.read(victim.pid()).size();
      tracer.call(() -> leave(victim.pid()));
      assertEquals(before + 3, Maps.read(victim.pid()).size());
      tracer.call(() -> clean(victim.pid()));
      victim.awaitRounds();
      assertEquals(before + 1, Maps.read(victim.pid()).size());
      assertEquals(0, victim.errors(), () -> "error bits " + victim.errorBits());
      assertEquals(0, victim.badReturns());
    }
  }

  /** A fresh one, one with code in it, and one of the program that is where ours never are. */
  private static Void leave(int pid) throws Exception {
    Infection infection = Infection.prepare(pid);
    // The first place is taken by this infection itself.
    long fresh = Scratch.place(Maps.read(pid), Scratch.bytes(0)) + STEP;
    long written = fresh + STEP;
    try (SeizedProcess process = SeizedProcess.seize(pid)) {
      RemoteCalls calls = new RemoteCalls();
      for (long address : new long[] {fresh, written, written + STEP + PAGE}) {
        calls.add(Sys.MMAP, address, PAGE, ALL_ACCESS, PRIVATE_ANONYMOUS_NOREPLACE, -1, 0);
      }
      infection.run(process, calls, Map.of(), false);
      assertEquals(fresh, calls.result(0));
      assertEquals(written, calls.result(1));
      TargetMemory.write(pid, written, Runner.CODE);
    }
    return null;
  }

  private static Void clean(int pid) throws Exception {
    Leftovers left = Leftovers.find(pid);
    assertEquals(2, left.scratch().size(), () -> left.scratch().toString());
    Infection infection = Infection.prepare(pid);
    try (SeizedProcess process = SeizedProcess.seize(pid)) {
      infection.clean(process, left);
    }
    assertTrue(Leftovers.find(pid).isEmpty());
    return null;
  }
}
