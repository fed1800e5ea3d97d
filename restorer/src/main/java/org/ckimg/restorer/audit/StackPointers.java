package org.ckimg.restorer.audit;

import java.util.List;
import java.util.OptionalLong;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.spec.model.AltStack;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;

/** Where the stacks of a process's threads end, so that it is soon found who is on which. */
final class StackPointers {
  private final long[] ascending;

  StackPointers(List<ThreadState> threads) {
    this.ascending =
        threads.stream()
            .map(StackPointers::of)
            .flatMapToLong(OptionalLong::stream)
            .sorted()
            .toArray();
  }

  private static OptionalLong of(ThreadState thread) {
    return thread
        .regset(Regset.NT_PRSTATUS)
        .filter(data -> data.length() == Registers.BYTES)
        .map(data -> OptionalLong.of(Registers.of(data.toArray()).get(Name.RSP)))
        .orElse(OptionalLong.empty());
  }

  /** True when the thread is on it. */
  static boolean isOn(ThreadState thread, AltStack stack) {
    OptionalLong pointer = of(thread);
    long depth = pointer.orElse(0) - stack.address();
    return pointer.isPresent() && depth > 0 && depth <= stack.bytes();
  }

  /**
   * How many threads are on it.
   *
   * @param stack in user space, so that its end is above its address
   */
  int on(AltStack stack) {
    return upTo(stack.address() + stack.bytes()) - upTo(stack.address());
  }

  /** The number of pointers up to an address. */
  private int upTo(long address) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] <= address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
