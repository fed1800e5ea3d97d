package org.ckimg.restorer.gather;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadState;

/**
 * What programs have in their memory where the kernel will lead them. What cannot be read is not
 * here.
 *
 * @param restorers code that handlers return to, by its address
 * @param frames stacks of threads that return from a signal, by tid: {@code struct ucontext}, and
 *     empty where that cannot be read
 * @param sections restartable sequences that threads have begun, by tid: {@code struct rseq_cs},
 *     and empty where that cannot be read
 */
public record MemoryFacts(
    Map<Place, Bytes> restorers, Map<Place, Bytes> frames, Map<Place, Bytes> sections) {
  /** mov $15, %rax; syscall: that of the C library is the longest of them. */
  public static final int RESTORER_BYTES = 9;

  private static final int NR_RT_SIGRETURN = 15;

  /** Of {@code struct ucontext}: up to the pointer to the extended registers, and with it. */
  private static final int FRAME_BYTES = 232;

  private static final int SECTION_POINTER = 8;
  private static final int SECTION_BYTES = 32;
  private static final Bytes SYSCALL = Bytes.of(new byte[] {0x0f, 0x05});
  private static final Bytes UNREADABLE = Bytes.of(new byte[0]);

  /** Copies the maps. */
  public MemoryFacts {
    restorers = Map.copyOf(restorers);
    frames = Map.copyOf(frames);
    sections = Map.copyOf(sections);
  }

  /**
   * Where something was read.
   *
   * @param pid of the process in the image
   * @param at an address, or a tid
   */
  public record Place(int pid, long at) {}

  /** Reads nothing of processes that have no memory. */
  static MemoryFacts of(Checkpoint checkpoint, Map<Integer, FileLookup> files) throws IOException {
    Map<Place, Bytes> restorers = new HashMap<>();
    Map<Place, Bytes> frames = new HashMap<>();
    Map<Place, Bytes> sections = new HashMap<>();
    for (ProcessState process : checkpoint.processes()) {
      MemoryPeek memory = new MemoryPeek(checkpoint, process, files);
      for (SignalAction action : process.actions().orElse(List.of())) {
        Place place = new Place(process.pid(), action.restorer());
        if (action.restorer() != 0 && !restorers.containsKey(place)) {
          memory
              .at(action.restorer(), RESTORER_BYTES)
              .ifPresent(code -> restorers.put(place, code));
        }
      }
      for (ThreadState thread : process.threads()) {
        Place place = new Place(process.pid(), thread.tid());
        Optional<Registers> registers = registers(thread);
        if (registers.isPresent() && isReturning(memory, process, registers.get())) {
          frames.put(
              place, memory.at(registers.get().get(Name.RSP), FRAME_BYTES).orElse(UNREADABLE));
        }
        section(memory, thread).ifPresent(section -> sections.put(place, section));
      }
    }
    return new MemoryFacts(restorers, frames, sections);
  }

  private static Optional<Registers> registers(ThreadState thread) {
    return thread
        .regset(Regset.NT_PRSTATUS)
        .filter(data -> data.length() == Registers.BYTES)
        .map(data -> Registers.of(data.toArray()));
  }

  /** In the code that handlers return to, or about to make the call itself. */
  private static boolean isReturning(MemoryPeek memory, ProcessState process, Registers registers)
      throws IOException {
    long rip = registers.get(Name.RIP);
    boolean inRestorer =
        process.actions().orElse(List.of()).stream()
            .anyMatch(action ->
                action.restorer() != 0
                    && rip >= action.restorer()
                    && rip < action.restorer() + RESTORER_BYTES);
    boolean callsIt =
        registers.get(Name.RAX) == NR_RT_SIGRETURN
            && memory.at(rip, SYSCALL.length()).filter(SYSCALL::equals).isPresent();
    return inRestorer || callsIt;
  }

  private static Optional<Bytes> section(MemoryPeek memory, ThreadState thread) throws IOException {
    if (thread.rseq().isEmpty()) {
      return Optional.empty();
    }
    Optional<Bytes> pointer =
        memory.at(thread.rseq().get().address() + SECTION_POINTER, Long.BYTES);
    long address = pointer.map(MemoryFacts::word).orElse(0L);
    return address == 0
        ? Optional.empty()
        : Optional.of(memory.at(address, SECTION_BYTES).orElse(UNREADABLE));
  }

  private static long word(Bytes bytes) {
    return ByteBuffer.wrap(bytes.toArray()).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
