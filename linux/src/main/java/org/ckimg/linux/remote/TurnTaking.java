package org.ckimg.linux.remote;

import static org.ckimg.linux.sys.NativeBytes.LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;

/**
 * The processor that a target runs on is left to it, and in the stop tracer and target take turns
 * on it: elsewhere each would wait for the end of a time slice of our virtual machine's compilers
 * before it could make a call, or see its answer. Where the kernel does not allow that, only time
 * is lost. Lives on the thread of a {@link org.ckimg.linux.ptrace.Tracer}.
 */
public final class TurnTaking implements AutoCloseable {
  private static final int MASK_BYTES = 1024;
  private static final int PRIO_PROCESS = 0;
  private static final int BACKGROUND_NICE = 10;

  /** What the system call answers is never negative, getpriority(2). */
  private static final int NICE_OFFSET = 20;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment all = arena.allocate(MASK_BYTES, Long.BYTES);
  private final MemorySegment shared = arena.allocate(MASK_BYTES, Long.BYTES);
  private final MemorySegment rest = arena.allocate(MASK_BYTES, Long.BYTES);
  private final int self = (int) ProcessHandle.current().pid();
  private final List<Integer> threads;
  private final int tracer = (int) Syscalls.call(Sys.GETTID);
  private final boolean possible;

  private TurnTaking(int processor) throws IOException {
    threads = Tasks.threads(self);
    Syscalls.check(
        "sched_getaffinity",
        Syscalls.call(Sys.SCHED_GETAFFINITY, tracer, MASK_BYTES, all.address()),
        "thread " + tracer);
    rest.copyFrom(all);
    long word = (long) processor / Long.SIZE * Long.BYTES;
    long bit = 1L << processor % Long.SIZE;
    shared.set(LONG, word, bit);
    rest.set(LONG, word, rest.get(LONG, word) & ~bit);
    boolean ours = (all.get(LONG, word) & bit) != 0;
    possible = ours && rest.mismatch(arena.allocate(MASK_BYTES)) >= 0;
  }

  /** Leaves the processor of a target that runs to it from now on. */
  public static TurnTaking prepare(int pid) throws IOException {
    Stat stat = Stat.read(pid);
    TurnTaking turns = new TurnTaking(stat.processor());
    if (stat.state() == 'R') {
      turns.clear();
    }
    return turns;
  }

  /** Leaves the processor to the target: it will be stopped. */
  public void clear() {
    threads.forEach(tid -> set(tid, rest));
  }

  /** The target has stopped: the tracer comes to its processor. */
  public void begin() {
    set(tracer, shared);
  }

  /** The target will go on: the tracer may leave its processor. */
  public void end() {
    set(tracer, all);
  }

  /** The target goes on and comes first: what we do from now on gives way to it. */
  public void stepBack() {
    Syscalls.call(Sys.SCHED_YIELD);
    // The first thread starts the tracer of the next dump, which is to be quick again.
    threads.stream().filter(tid -> tid != self).forEach(TurnTaking::giveWay);
  }

  private static void giveWay(int tid) {
    long nice = NICE_OFFSET - Syscalls.call(Sys.GETPRIORITY, PRIO_PROCESS, tid);
    if (nice < BACKGROUND_NICE) {
      Syscalls.call(Sys.SETPRIORITY, PRIO_PROCESS, tid, BACKGROUND_NICE);
    }
  }

  private void set(int tid, MemorySegment mask) {
    if (possible) {
      Syscalls.call(Sys.SCHED_SETAFFINITY, tid, MASK_BYTES, mask.address());
    }
  }

  /** Our threads run where they like again. */
  public void spread() {
    threads.forEach(tid -> set(tid, all));
  }

  @Override
  public void close() {
    spread();
    arena.close();
  }
}
