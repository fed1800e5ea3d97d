package org.ckimg.tools.stacks;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.ckimg.tools.memory.AddressSpace;
import org.ckimg.tools.stacks.Backtrace.End;

/** Takes a step by call frame information. */
final class CfiStep {
  private final AddressSpace memory;
  private final FrameEntry entry;
  private final Registers registers;
  private final FrameRow row;
  private final long frame;

  /**
   * For a frame.
   *
   * @param entry that has the code
   * @param address in the code, of which the rules are wanted
   */
  CfiStep(FrameEntry entry, long address, Registers registers, AddressSpace memory)
      throws BadFrameException, IOException {
    this.memory = memory;
    this.entry = entry;
    this.registers = registers;
    this.row = FrameProgram.run(entry, address, memory);
    this.frame =
        switch (row.frame()) {
          case FrameRule.Based based -> registers.get(based.register()) + based.offset();
          case FrameRule.Computed rule -> Expression.value(rule.expression(), registers, memory);
          default -> throw new BadFrameException("no rule for the frame");
        };
  }

  Step take() throws BadFrameException, IOException {
    int column = entry.common().returnRegister();
    if (row.register(column) instanceof FrameRule.Undefined) {
      return new Step.Ended(End.OUTERMOST);
    }
    if (column != Registers.INSTRUCTION || row.register(column) instanceof FrameRule.Same) {
      throw new BadFrameException("no rule for the return address");
    }
    Map<Integer, Long> values = new HashMap<>();
    for (int number = 0; number <= Registers.INSTRUCTION; number++) {
      OptionalLong value = value(number);
      if (value.isPresent()) {
        values.put(number, value.getAsLong());
      }
    }
    return new Step.Caller(new Registers(values), Trust.CFI);
  }

  private OptionalLong value(int number) throws BadFrameException, IOException {
    return switch (row.register(number)) {
      case FrameRule.Undefined _ -> OptionalLong.empty();
      case FrameRule.Same _ -> number == Registers.STACK ? OptionalLong.of(frame) : known(number);
      case FrameRule.Saved saved -> load(frame + saved.offset());
      case FrameRule.Value value -> OptionalLong.of(frame + value.offset());
      case FrameRule.InRegister other -> known(other.register());
      case FrameRule.Based based -> known(based.register());
      case FrameRule.SavedAt at ->
          load(Expression.value(at.expression(), registers, memory, frame));
      case FrameRule.Computed rule ->
          OptionalLong.of(Expression.value(rule.expression(), registers, memory, frame));
    };
  }

  private OptionalLong known(int number) {
    Long value = registers.values().get(number);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private OptionalLong load(long address) throws IOException {
    return memory.word(address);
  }
}
