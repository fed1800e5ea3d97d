package org.ckimg.interop.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;

/** What the notes say of one thread: its status and what follows that. */
final class ThreadNotes {
  private final Status status;
  private final Map<Integer, Bytes> regsets = new TreeMap<>(Integer::compareUnsigned);

  ThreadNotes(Status status) {
    this.status = status;
    regsets.put(Regset.NT_PRSTATUS, status.registers());
  }

  Status status() {
    return status;
  }

  Optional<Bytes> regset(int noteType) {
    return Optional.ofNullable(regsets.get(noteType));
  }

  /** False when the thread has one of that type. */
  boolean add(Note note) {
    return regsets.putIfAbsent(note.type(), note.bytes()) == null;
  }

  /** On x86-64 the XSAVE area starts with what the older note has. */
  ThreadState toState(int machine, Optional<Bytes> name) {
    if (machine == Host.X86_64 && regsets.containsKey(Regset.NT_X86_XSTATE)) {
      regsets.remove(Note.FPREGSET);
    }
    List<Regset> list = new ArrayList<>();
    regsets.forEach((type, data) -> list.add(new Regset(type, data)));
    return state(
        status.tid(),
        name,
        list,
        status.isFilled() ? OptionalLong.of(status.blocked()) : OptionalLong.empty(),
        status.isFilled() ? Optional.of(pending(status.pending())) : Optional.empty());
  }

  /** A thread of which nothing else is known. */
  static ThreadState unknown(int tid, Optional<Bytes> name) {
    return state(tid, name, List.of(), OptionalLong.empty(), Optional.empty());
  }

  private static ThreadState state(
      int tid,
      Optional<Bytes> name,
      List<Regset> regsets,
      OptionalLong blocked,
      Optional<List<PendingSignal>> pending) {
    return new ThreadState(
        tid,
        name,
        regsets,
        blocked,
        Optional.empty(),
        pending,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  /** Only the numbers are in a core. */
  private static List<PendingSignal> pending(long mask) {
    List<PendingSignal> signals = new ArrayList<>();
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      signals.add(new PendingSignal(Long.numberOfTrailingZeros(rest) + 1, Bytes.EMPTY));
    }
    return signals;
  }
}
