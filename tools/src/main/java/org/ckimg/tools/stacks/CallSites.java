package org.ckimg.tools.stacks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.memory.AddressSpace;

/**
 * Tells return addresses of x86-64 from other words: they lie in executable memory, behind a call
 * instruction (Intel SDM, CALL: E8, or FF with 2 in the middle of its second byte).
 *
 * @param memory of the process
 */
record CallSites(AddressSpace memory) {
  private static final int LONGEST = 7;
  private static final int NEAR_RELATIVE = 0xe8;
  private static final int NEAR_RELATIVE_BYTES = 5;
  private static final int INDIRECT = 0xff;
  private static final int CALL = 2;

  /** True for an address in executable memory. */
  boolean isCode(long address) {
    return memory
        .mappings()
        .at(address)
        .filter(vma -> (vma.protection() & Vma.EXECUTE) != 0)
        .isPresent();
  }

  /** Where the code itself is not known, that it is executable must do. */
  boolean isReturnAddress(long address) throws IOException {
    if (!isCode(address)) {
      return false;
    }
    Optional<ByteBuffer> code = memory.bytes(address - LONGEST, LONGEST);
    return code.isEmpty() || isBehindCall(code.get());
  }

  private static boolean isBehindCall(ByteBuffer code) {
    if (at(code, NEAR_RELATIVE_BYTES) == NEAR_RELATIVE) {
      return true;
    }
    for (int length = 2; length <= LONGEST; length++) {
      if (at(code, length) == INDIRECT && bytes(code, length) == length) {
        return true;
      }
    }
    return false;
  }

  /** The byte so far in front of the address. */
  private static int at(ByteBuffer code, int before) {
    return code.get(LONGEST - before) & 0xff;
  }

  /** How long the indirect call is that starts there; 0 when it is none. */
  private static int bytes(ByteBuffer code, int before) {
    int operand = at(code, before - 1);
    int mode = operand >>> 6;
    int register = operand & 7;
    if ((operand >>> 3 & 7) != CALL) {
      return 0;
    }
    boolean indexed = mode != 3 && register == 4;
    int base = indexed && before > 2 ? at(code, before - 2) & 7 : register;
    int displacement =
        switch (mode) {
          case 0 -> base == 5 ? 4 : 0;
          case 1 -> 1;
          case 2 -> 4;
          default -> 0;
        };
    return 2 + (indexed ? 1 : 0) + displacement;
  }
}
