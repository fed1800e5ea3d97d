package org.ckimg.tools.stacks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ckimg.tools.memory.AddressSpace;

/** Evaluates expressions of call frame information, DWARF 5 section 2.5. */
final class Expression {
  private static final int MOST_VALUES = 64;
  private static final int MOST_OPERATIONS = 1024;
  private static final int FIRST_LITERAL = 0x30;
  private static final int FIRST_REGISTER = 0x70;
  private static final int END_REGISTER = 0x90;

  private final FrameBytes code;
  private final Registers registers;
  private final AddressSpace memory;
  private final List<Long> stack = new ArrayList<>();

  private Expression(FrameBytes code, Registers registers, AddressSpace memory) {
    this.code = code.again();
    this.registers = registers;
    this.memory = memory;
  }

  /**
   * The value.
   *
   * @param registers of the frame that is unwound
   */
  static long value(FrameBytes code, Registers registers, AddressSpace memory)
      throws BadFrameException, IOException {
    return new Expression(code, registers, memory).run();
  }

  /** The same, with a value on the stack at the start. */
  static long value(FrameBytes code, Registers registers, AddressSpace memory, long first)
      throws BadFrameException, IOException {
    Expression expression = new Expression(code, registers, memory);
    expression.push(first);
    return expression.run();
  }

  private long run() throws BadFrameException, IOException {
    for (int i = 0; !code.isAtEnd(); i++) {
      if (i > MOST_OPERATIONS) {
        throw new BadFrameException("an expression without end");
      }
      execute(code.u1());
    }
    return pop();
  }

  private void push(long value) throws BadFrameException {
    if (stack.size() >= MOST_VALUES) {
      throw new BadFrameException("an expression with too many values");
    }
    stack.add(value);
  }

  private long pop() throws BadFrameException {
    if (stack.isEmpty()) {
      throw new BadFrameException("an expression without a value");
    }
    return stack.removeLast();
  }

  private long peek(int depth) throws BadFrameException {
    if (depth < 0 || depth >= stack.size()) {
      throw new BadFrameException("an expression without a value");
    }
    return stack.get(stack.size() - 1 - depth);
  }

  private void execute(int operation) throws BadFrameException, IOException {
    if (operation >= FIRST_LITERAL && operation < FIRST_LITERAL + 32) {
      push(operation - FIRST_LITERAL);
    } else if (operation >= FIRST_REGISTER && operation < END_REGISTER) {
      push(registers.get(operation - FIRST_REGISTER) + code.signed());
    } else if (operation >= 0x08 && operation <= 0x11) {
      push(constant(operation));
    } else if (operation >= 0x12 && operation <= 0x17) {
      arrange(operation);
    } else if (operation >= 0x29 && operation <= 0x2e) {
      long right = pop();
      push(compare(operation, pop(), right) ? 1 : 0);
    } else {
      compute(operation);
    }
  }

  private long constant(int operation) throws BadFrameException {
    return switch (operation) {
      case 0x08 -> code.u1();
      case 0x09 -> (byte) code.u1();
      case 0x0a -> code.u2();
      case 0x0b -> code.s2();
      case 0x0c -> code.u4();
      case 0x0d -> code.s4();
      case 0x0e, 0x0f -> code.s8();
      case 0x10 -> code.unsigned();
      default -> code.signed();
    };
  }

  /** DW_OP_dup to DW_OP_rot. */
  private void arrange(int operation) throws BadFrameException {
    switch (operation) {
      case 0x12 -> push(peek(0));
      case 0x13 -> pop();
      case 0x14 -> push(peek(1));
      case 0x15 -> push(peek(code.u1()));
      default -> {
        int count = operation == 0x16 ? 2 : 3;
        peek(count - 1);
        Collections.rotate(stack.subList(stack.size() - count, stack.size()), 1);
      }
    }
  }

  private static boolean compare(int operation, long left, long right) {
    return switch (operation) {
      case 0x29 -> left == right;
      case 0x2a -> left >= right;
      case 0x2b -> left > right;
      case 0x2c -> left <= right;
      case 0x2d -> left < right;
      default -> left != right;
    };
  }

  private void compute(int operation) throws BadFrameException, IOException {
    switch (operation) {
      case 0x03 -> push(code.s8());
      case 0x06 -> push(load(pop(), Long.BYTES));
      case 0x94 -> push(load(pop(), code.u1()));
      case 0x19 -> push(Math.abs(pop()));
      case 0x1f -> push(-pop());
      case 0x20 -> push(~pop());
      case 0x23 -> push(pop() + code.unsigned());
      case 0x28 -> {
        int distance = code.s2();
        if (pop() != 0) {
          code.seek((long) code.position() + distance);
        }
      }
      case 0x2f -> {
        int distance = code.s2();
        code.seek((long) code.position() + distance);
      }
      case 0x92 -> push(registers.get(code.small()) + code.signed());
      case 0x96 -> {}
      default -> {
        long right = pop();
        push(binary(operation, pop(), right));
      }
    }
  }

  private static long binary(int operation, long left, long right) throws BadFrameException {
    boolean divides = operation == 0x1b || operation == 0x1d;
    if (divides && right == 0) {
      throw new BadFrameException("a division by zero");
    }
    boolean far = right < 0 || right >= Long.SIZE;
    return switch (operation) {
      case 0x1a -> left & right;
      case 0x1b -> left / right;
      case 0x1c -> left - right;
      case 0x1d -> Long.remainderUnsigned(left, right);
      case 0x1e -> left * right;
      case 0x21 -> left | right;
      case 0x22 -> left + right;
      case 0x24 -> far ? 0 : left << right;
      case 0x25 -> far ? 0 : left >>> right;
      case 0x26 -> left >> (far ? Long.SIZE - 1 : right);
      case 0x27 -> left ^ right;
      default -> throw new BadFrameException("operation 0x%02x".formatted(operation));
    };
  }

  private long load(long address, int bytes) throws BadFrameException, IOException {
    if (bytes < 1 || bytes > Long.BYTES) {
      throw new BadFrameException("a value of %d bytes".formatted(bytes));
    }
    ByteBuffer value =
        memory
            .bytes(address, bytes)
            .orElseThrow(() -> new BadFrameException("a value in unknown memory"));
    long result = 0;
    for (int i = 0; i < bytes; i++) {
      int at = memory.host().bigEndian() ? i : bytes - 1 - i;
      result = result << Byte.SIZE | value.get(at) & 0xff;
    }
    return result;
  }
}
