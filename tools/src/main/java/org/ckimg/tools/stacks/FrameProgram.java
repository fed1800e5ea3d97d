package org.ckimg.tools.stacks;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.ckimg.tools.memory.AddressSpace;

/** Runs call frame instructions, DWARF 5 section 6.4.2, up to an address. */
final class FrameProgram {
  private static final int MOST_REMEMBERED = 64;
  private static final int MOST_INSTRUCTIONS = 1 << 16;
  private static final int MOST_REGISTERS = 256;
  private static final int OPERAND = 0x3f;

  private final FrameEntry entry;
  private final AddressSpace memory;
  private final long wanted;
  private final Deque<FrameRow> remembered = new ArrayDeque<>();
  private FrameRow row = new FrameRow();
  private FrameRow initial = row;
  private long location;

  private FrameProgram(FrameEntry entry, long wanted, AddressSpace memory) {
    this.entry = entry;
    this.wanted = wanted;
    this.memory = memory;
    this.location = entry.start();
  }

  /** The rules at an address of {@code entry}. */
  static FrameRow run(FrameEntry entry, long address, AddressSpace memory)
      throws BadFrameException, IOException {
    FrameProgram program = new FrameProgram(entry, address, memory);
    program.run(entry.common().instructions().again());
    program.initial = program.row.copy();
    program.run(entry.instructions().again());
    return program.row;
  }

  private void run(FrameBytes code) throws BadFrameException, IOException {
    for (int i = 0; !code.isAtEnd(); i++) {
      int operation = code.u1();
      long next = operation >>> 6 == 0 ? extended(operation, code) : packed(operation, code);
      if (Long.compareUnsigned(next, wanted) > 0) {
        return;
      }
      location = next;
      if (i > MOST_INSTRUCTIONS) {
        throw new BadFrameException("too many instructions");
      }
    }
  }

  /** Instructions with an operand in their first byte; the location behind it. */
  private long packed(int operation, FrameBytes code) throws BadFrameException {
    int operand = operation & OPERAND;
    switch (operation >>> 6) {
      case 1 -> {
        return advance(operand);
      }
      case 2 -> row.set(operand, new FrameRule.Saved(code.unsigned() * dataAlign()));
      default -> row.restore(operand, initial);
    }
    return location;
  }

  private long advance(long delta) {
    return location + delta * entry.common().codeAlign();
  }

  private long dataAlign() {
    return entry.common().dataAlign();
  }

  private static int register(FrameBytes code) throws BadFrameException {
    int number = code.small();
    if (number >= MOST_REGISTERS) {
      throw new BadFrameException("register " + number);
    }
    return number;
  }

  private long extended(int operation, FrameBytes code) throws BadFrameException, IOException {
    switch (operation) {
      case 0x00 -> {}
      case 0x01 -> {
        return code.pointer(entry.common().encoding(), 0, memory);
      }
      case 0x02 -> {
        return advance(code.u1());
      }
      case 0x03 -> {
        return advance(code.u2());
      }
      case 0x04 -> {
        return advance(code.u4());
      }
      case 0x05 -> row.set(register(code), new FrameRule.Saved(code.unsigned() * dataAlign()));
      case 0x06 -> row.restore(register(code), initial);
      case 0x07 -> row.set(register(code), new FrameRule.Undefined());
      case 0x08 -> row.set(register(code), new FrameRule.Same());
      case 0x09 -> row.set(register(code), new FrameRule.InRegister(register(code)));
      case 0x0a -> remember();
      case 0x0b -> recall();
      case 0x0c, 0x0d, 0x0e, 0x0f, 0x12, 0x13 -> frame(operation, code);
      case 0x10 -> row.set(register(code), new FrameRule.SavedAt(code.take(code.unsigned())));
      case 0x11 -> row.set(register(code), new FrameRule.Saved(code.signed() * dataAlign()));
      case 0x14 -> row.set(register(code), new FrameRule.Value(code.unsigned() * dataAlign()));
      case 0x15 -> row.set(register(code), new FrameRule.Value(code.signed() * dataAlign()));
      case 0x16 -> row.set(register(code), new FrameRule.Computed(code.take(code.unsigned())));
      // DW_CFA_GNU_args_size: nothing that unwinding needs.
      case 0x2e -> code.unsigned();
      case 0x2f -> row.set(register(code), new FrameRule.Saved(-code.unsigned() * dataAlign()));
      default -> throw new BadFrameException("instruction 0x%02x".formatted(operation));
    }
    return location;
  }

  private void remember() throws BadFrameException {
    if (remembered.size() >= MOST_REMEMBERED) {
      throw new BadFrameException("too many rows are remembered");
    }
    remembered.push(row.copy());
  }

  private void recall() throws BadFrameException {
    if (remembered.isEmpty()) {
      throw new BadFrameException("no row is remembered");
    }
    row = remembered.pop();
  }

  /** Instructions that define the canonical frame address. */
  private void frame(int operation, FrameBytes code) throws BadFrameException {
    switch (operation) {
      case 0x0c -> row.setFrame(new FrameRule.Based(register(code), code.unsigned()));
      case 0x0d -> row.setFrame(new FrameRule.Based(register(code), based().offset()));
      case 0x0e -> row.setFrame(new FrameRule.Based(based().register(), code.unsigned()));
      case 0x0f -> row.setFrame(new FrameRule.Computed(code.take(code.unsigned())));
      case 0x12 -> row.setFrame(new FrameRule.Based(register(code), code.signed() * dataAlign()));
      default -> row.setFrame(new FrameRule.Based(based().register(), code.signed() * dataAlign()));
    }
  }

  private FrameRule.Based based() throws BadFrameException {
    if (row.frame() instanceof FrameRule.Based based) {
      return based;
    }
    throw new BadFrameException("the frame has no register");
  }
}
