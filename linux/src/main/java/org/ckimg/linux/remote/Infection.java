package org.ckimg.linux.remote;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.proc.Maps;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * System calls made by the threads of a living program, so that the program survives whatever
 * happens to us. At every moment each thread either has its own registers or stands where the next
 * thing it does without us is rt_sigreturn(2) to its own registers, mask and extended state.
 *
 * <p>Only for calls that leave the target as it was: a call that was made stays made.
 */
public final class Infection {
  private final int pid;
  private final long gadget;
  private final List<Mapping> mappings;
  private final SelfStop selfStop;

  private Infection(int pid, long gadget, List<Mapping> mappings, SelfStop selfStop) {
    this.pid = pid;
    this.gadget = gadget;
    this.mappings = mappings;
    this.selfStop = selfStop;
  }

  /**
   * Looks for what is needed, before the target is stopped.
   *
   * @throws NoGadgetException when the target cannot be infected so that it would survive
   */
  public static Infection prepare(int pid) throws IOException {
    return prepare(pid, SignalUse.of(pid));
  }

  private static Infection prepare(int pid, SignalUse use) throws IOException {
    List<Mapping> mappings = Maps.read(pid);
    return new Infection(pid, Gadget.find(pid, mappings), mappings, SelfStop.of(pid, use));
  }

  /**
   * The same for a target that has been stopped, where it may have executed another program since,
   * and uses other signals.
   *
   * @param now its mappings
   * @throws NoGadgetException when it has, and is not ready to be infected, or when a thread would
   *     take our calls for the program's
   */
  public Infection inStop(SeizedProcess process, List<Mapping> now) throws IOException {
    for (SeizedThread thread : process.threads()) {
      if (Ptrace.dispatchesSyscalls(thread.tid())) {
        throw new NoGadgetException(
            pid,
            "thread %d handles system calls itself (PR_SET_SYSCALL_USER_DISPATCH)"
                .formatted(thread.tid()));
      }
    }
    boolean same =
        now.stream()
            .filter(mapping -> mapping.start() <= gadget && gadget < mapping.end())
            .anyMatch(mapping -> mappings.stream().anyMatch(mapping::isSameAs));
    SignalUse use = process.signals();
    return same ? new Infection(pid, gadget, now, SelfStop.of(pid, use)) : prepare(pid, use);
  }

  /**
   * Makes the calls and leaves the target as it was, still stopped.
   *
   * @param process stopped
   * @param processCalls made by one thread, first
   * @param threadCalls made by the thread with that tid
   * @param fork true to fork a copy-on-write child last
   * @return the child, to be frozen when the target was let go
   * @throws TargetBusyException when it has ended, or does not go on: it will by itself
   * @throws SyscallException with call "clone" when fork(2) failed; the calls were made
   */
  public Optional<FrozenChild> run(
      SeizedProcess process,
      RemoteCalls processCalls,
      Map<Integer, RemoteCalls> threadCalls,
      boolean fork)
      throws IOException {
    HeldSignals held = new HeldSignals(pid, selfStop);
    long child;
    try {
      child = run(process, processCalls, threadCalls, fork, held);
    } finally {
      held.giveBack();
    }
    if (!fork) {
      return Optional.empty();
    }
    Syscalls.check("clone", child, "pid " + pid);
    return Optional.of(new FrozenChild(childHere((int) child)));
  }

  /** The answer of clone(2), where it was asked for. */
  private long run(
      SeizedProcess process,
      RemoteCalls processCalls,
      Map<Integer, RemoteCalls> threadCalls,
      boolean fork,
      HeldSignals held)
      throws IOException {
    InfectedThread carrier = carrier(process, held);
    long bytes = Scratch.bytes(carrier.frameBytes());
    carrier.enter(Scratch.place(mappings, bytes), bytes);
    long child;
    try {
      carrier.make(processCalls);
      makeInThreads(carrier, process, threadCalls, held);
      child = fork ? carrier.fork() : 0;
    } catch (TargetBusyException e) {
      // It has ended, or goes back to its own state by itself as soon as it can.
      throw e;
    } catch (IOException | RuntimeException e) {
      carrier.leave();
      throw e;
    }
    carrier.leave();
    return child;
  }

  private void makeInThreads(
      InfectedThread carrier,
      SeizedProcess process,
      Map<Integer, RemoteCalls> threadCalls,
      HeldSignals held)
      throws IOException {
    for (SeizedThread thread : process.threads()) {
      RemoteCalls calls = threadCalls.get(thread.tid());
      if (calls == null) {
        continue;
      }
      if (thread.tid() == carrier.tid()) {
        carrier.make(calls);
      } else {
        new GuestThread(pid, thread, carrier.scratch(), selfStop, held).make(calls);
      }
    }
  }

  /** The child as we call it. */
  private int childHere(int theirs) throws IOException {
    if (!selfStop.elsewhere()) {
      return theirs;
    }
    for (int child : Tasks.children(pid)) {
      if (selfStop.ownId(child, child) == theirs) {
        return child;
      }
    }
    throw new IOException("the copy-on-write child of pid " + pid + " is not there");
  }

  /** Removes what a killed tool left. */
  public void clean(SeizedProcess process, Leftovers leftovers) throws IOException {
    RemoteCalls calls = new RemoteCalls();
    for (Mapping scratch : leftovers.scratch()) {
      calls.add(Sys.MUNMAP, scratch.start(), scratch.end() - scratch.start());
    }
    for (int zombie : leftovers.zombies()) {
      calls.add(Sys.WAIT4, selfStop.ownId(zombie, zombie), 0, 0x40000001, 0);
    }
    run(process, calls, Map.of(), false);
  }

  /**
   * The thread with the most room below its stack pointer: a frame is written there for a moment.
   */
  private InfectedThread carrier(SeizedProcess process, HeldSignals held) throws IOException {
    SeizedThread best =
        process.threads().stream().max(Comparator.comparingLong(this::room)).orElseThrow();
    byte[] xstate = Ptrace.regset(best.tid(), Ptrace.NT_X86_XSTATE);
    InfectedThread carrier = new InfectedThread(pid, best, xstate, gadget, selfStop, held);
    if (room(best) < carrier.frameBytes() + InfectedThread.STACK_MARGIN) {
      throw new NoGadgetException(pid, "no thread has room on its stack to inject calls");
    }
    return carrier;
  }

  private long room(SeizedThread thread) {
    long sp = thread.registers().get(Name.RSP);
    for (Mapping mapping : mappings) {
      if (sp > mapping.start() && sp <= mapping.end() && (mapping.protection() & 2) != 0) {
        return sp - mapping.start();
      }
    }
    return 0;
  }
}
