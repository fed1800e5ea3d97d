package org.ckimg.linux.remote;

import java.util.List;
import org.ckimg.linux.proc.Mapping;

/**
 * Memory that an infection maps in the target for its time.
 *
 * <pre>
 * 0x0000 code   0x0800 control words   0x1000 table   0x3000 output buffers
 * 0x7000 stack of a handler that gets in between, downwards from
 * 0xc000 frame of the carrier          0x10000 the slot of the other threads, used by one after the other
 * </pre>
 */
final class Scratch {
  static final int CONTROL = 0x800;
  static final int TABLE = 0x1000;
  static final int TABLE_CALLS = 0x2000 / Runner.CALL_BYTES;
  static final int OUT = 0x3000;
  static final int OUT_BYTES = 0x4000;
  static final int FRAME = 0xc000;
  static final int CARRIER_BYTES = 0x10000;

  static final int SLOT_CONTROL = 0x400;
  static final int SLOT_TABLE_CALLS = SLOT_CONTROL / Runner.CALL_BYTES;
  static final int SLOT_OUT = 0x800;
  static final int SLOT_OUT_BYTES = 0x800;
  static final int SLOT_FRAME = 0x3000;

  private static final int PAGE = 4096;

  /** Low half of the address: so it is known as ours before a byte was written there. */
  private static final long PLACE = 0xc41b_6000L;

  private static final long FIRST_PLACE = 0x100L << 32 | PLACE;
  private static final long STEP = 1L << 32;
  private static final long USER_END = 0x7fff_0000_0000L;

  private Scratch() {}

  /** Where to map it: the first such address that is free; 0 for anywhere. */
  static long place(List<Mapping> mappings, long bytes) {
    for (long place = FIRST_PLACE; place < USER_END; place += STEP) {
      long start = place;
      boolean taken = mappings.stream().anyMatch(m -> m.start() < start + bytes && m.end() > start);
      if (!taken) {
        return place;
      }
    }
    return 0;
  }

  /** True for an address that {@link #place} gives. */
  static boolean isPlace(long address) {
    return (address & STEP - 1) == PLACE;
  }

  /** Size for signal frames of this size. */
  static long bytes(int frameBytes) {
    return CARRIER_BYTES + SLOT_FRAME + (frameBytes + PAGE - 1 & -PAGE);
  }
}
