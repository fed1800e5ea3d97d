package org.ckimg.interop.core;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;

/** What a core says of the process as a whole. */
final class ProcessBuilder {
  private final CoreNotes notes;
  private final List<Vma> vmas;
  private final int pageShift;
  private Optional<InitialStack> stack = Optional.empty();
  private OptionalInt exe = OptionalInt.empty();

  ProcessBuilder(CoreNotes notes, List<Vma> vmas, int pageShift) {
    this.notes = notes;
    this.vmas = vmas;
    this.pageShift = pageShift;
  }

  /** The process's id; a core without that note has only that of its first thread, 0 is none. */
  static int pid(CoreNotes notes) {
    int first = notes.threads().isEmpty() ? 0 : notes.threads().getFirst().status().tid();
    return notes.info().map(ProcessInfo::pid).filter(ProcessBuilder::isPid).orElse(first);
  }

  private static boolean isPid(int value) {
    return value > 0 && value <= CoreNotes.MAX_TID;
  }

  /** Looks for what the auxiliary vector leads to. */
  void find(Optional<AuxVector> auxv, SegmentMemory memory) throws IOException {
    if (auxv.isPresent()) {
      stack = InitialStack.find(memory, auxv.get());
      exe = fileAt(auxv.get().value(AuxVector.ENTRY));
    }
  }

  private OptionalInt fileAt(OptionalLong address) {
    if (address.isEmpty()) {
      return OptionalInt.empty();
    }
    long page = address.getAsLong() >>> pageShift;
    return vmas.stream()
        .filter(vma -> page >= vma.firstPage() && page < vma.endPage())
        .findFirst()
        .map(Vma::file)
        .orElse(OptionalInt.empty());
  }

  ProcessState build(List<ThreadState> threads) {
    return new ProcessState(
        ids(),
        notes.info().map(ProcessInfo::state).orElse(RunState.RUNNING),
        OptionalInt.empty(),
        OptionalLong.empty(),
        exe,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        SharedWith.NOBODY,
        stack.map(InitialStack::arguments),
        stack.flatMap(InitialStack::environment),
        notes.auxv().filter(bytes -> bytes.length() > 0),
        Optional.empty(),
        ProcessAttributes.UNKNOWN,
        threads,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        vmas,
        List.of(),
        List.of());
  }

  private ProcessIds ids() {
    Optional<ProcessInfo> info = notes.info().filter(i -> isPid(i.pid()));
    return new ProcessIds(
        pid(notes),
        id(info.map(ProcessInfo::parent)),
        id(info.map(ProcessInfo::group)),
        id(info.map(ProcessInfo::session)));
  }

  /** What no id can be is not one. */
  private static OptionalInt id(Optional<Integer> value) {
    return value
        .filter(v -> v >= 0 && v <= CoreNotes.MAX_TID)
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }
}
