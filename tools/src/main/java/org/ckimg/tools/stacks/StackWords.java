package org.ckimg.tools.stacks;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.memory.AddressSpace;
import org.ckimg.tools.stacks.Backtrace.End;

/** Takes a step where no call frame information is: what lies on the stack is looked at. */
final class StackWords {
  private static final int WORD = Long.BYTES;

  /** Frames of code without call frame information are seldom longer: 512 words, 4 KiB. */
  private static final int MOST_WORDS = 512;

  private static final int MOST_GUESSES = 64;

  private final AddressSpace memory;
  private final CallSites calls;
  private int guesses;

  StackWords(AddressSpace memory) {
    this.memory = memory;
    this.calls = new CallSites(memory);
  }

  /** The caller by the frame pointer, else by the next word that looks like a return address. */
  Step step(Registers registers) throws IOException {
    Step byPointer = byFramePointer(registers);
    return byPointer instanceof Step.Ended && guesses < MOST_GUESSES
        ? byWords(registers)
        : byPointer;
  }

  private Step byFramePointer(Registers registers) throws IOException {
    Long frame = registers.values().get(Registers.FRAME);
    if (frame == null || !isInStack(frame, registers.stack())) {
      return new Step.Ended(End.LOST);
    }
    OptionalLong saved = memory.word(frame);
    OptionalLong target = memory.word(frame + WORD);
    if (saved.isEmpty()
        || target.isEmpty()
        || !fits(saved.getAsLong(), target.getAsLong(), frame)) {
      return new Step.Ended(End.LOST);
    }
    return caller(target.getAsLong(), frame + 2 * WORD, saved, Trust.FRAME_POINTER);
  }

  /** An interpreter makes return addresses of its own; then the chain must go on. */
  private boolean fits(long saved, long target, long frame) throws IOException {
    return isInStack(saved, frame + 1) ? calls.isCode(target) : calls.isReturnAddress(target);
  }

  /** True for an aligned address above the stack pointer, in the same mapping. */
  private boolean isInStack(long address, long stack) {
    Optional<Vma> vma = memory.mappings().at(stack);
    return (address & WORD - 1) == 0
        && Long.compareUnsigned(address, stack) >= 0
        && vma.isPresent()
        && memory.mappings().at(address).equals(vma);
  }

  private Step byWords(Registers registers) throws IOException {
    long at = registers.stack() + WORD - 1 & -WORD;
    for (int i = 0; i < MOST_WORDS && isInStack(at, registers.stack()); i++) {
      OptionalLong word = memory.word(at);
      if (word.isPresent() && calls.isReturnAddress(word.getAsLong())) {
        guesses++;
        return caller(word.getAsLong(), at + WORD, framePointer(at, registers), Trust.GUESS);
      }
      at += WORD;
    }
    return new Step.Ended(End.LOST);
  }

  /** A frame pointer is saved below the return address; where none is, the old one may hold. */
  private OptionalLong framePointer(long at, Registers registers) throws IOException {
    OptionalLong below = at > registers.stack() ? memory.word(at - WORD) : OptionalLong.empty();
    if (below.isPresent() && isInStack(below.getAsLong(), at)) {
      return below;
    }
    Long kept = registers.values().get(Registers.FRAME);
    return kept != null && isInStack(kept, at) ? OptionalLong.of(kept) : OptionalLong.empty();
  }

  private static Step caller(long target, long stack, OptionalLong frame, Trust trust) {
    Map<Integer, Long> values = new HashMap<>();
    values.put(Registers.INSTRUCTION, target);
    values.put(Registers.STACK, stack);
    frame.ifPresent(value -> values.put(Registers.FRAME, value));
    return new Step.Caller(new Registers(values), trust);
  }
}
