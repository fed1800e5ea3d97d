package org.ckimg.reader.internal.pages;

import java.nio.ByteBuffer;
import java.util.BitSet;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;

/**
 * For each input page of a block: the ordinal of a stored page, or that it is zero or inherited.
 */
public final class SlotTable {
  private final ByteBuffer bytes;
  private final int size;

  /** Slots of pages that are stored there and not before; filled by the check. */
  private final BitSet firsts = new BitSet();

  SlotTable(ByteBuffer bytes) {
    this.bytes = bytes;
    this.size = bytes.limit() / Format.SLOT_BYTES;
  }

  /** Number of input pages. */
  public int size() {
    return size;
  }

  /** Ordinal of a stored page, {@link Format#SLOT_ZERO} or {@link Format#SLOT_INHERITED}. */
  public int slot(int i) {
    return Short.toUnsignedInt(bytes.getShort(i * Format.SLOT_BYTES));
  }

  /** True for a stored page, false for one that repeats it. */
  public boolean isFirst(int i) {
    return firsts.get(i);
  }

  /** Reports what breaks a rule; true when nothing does. */
  boolean check(CkimgImage.PageBlock head, Place place, Findings findings) throws ImageException {
    int stored = 0;
    int zero = 0;
    int inherited = 0;
    for (int i = 0; i < size; i++) {
      int slot = slot(i);
      if (slot == Format.SLOT_ZERO) {
        zero++;
      } else if (slot == Format.SLOT_INHERITED) {
        inherited++;
      } else if (slot > stored || slot >= head.numStored()) {
        String text = "slot %d is %d after %d stored pages".formatted(i, slot, stored);
        findings.add(Rule.PAG_07, place.section(), place.at(i * Format.SLOT_BYTES), text);
        return false;
      } else if (slot == stored) {
        firsts.set(i);
        stored++;
      }
    }
    if (stored != head.numStored() || zero != head.numZero() || inherited != head.numInherited()) {
      String text = "the slots have %d stored, %d zero and %d inherited pages";
      findings.add(
          Rule.PAG_07, place.section(), place.at(0), text.formatted(stored, zero, inherited));
      return false;
    }
    return true;
  }
}
