package org.ckimg.tools.stacks;

import java.util.List;
import java.util.Locale;

/**
 * Calls of a thread that had not returned.
 *
 * @param frames the innermost first; none when the registers are not known
 * @param end why there are no more
 */
public record Backtrace(List<Frame> frames, End end) {
  /** Copies the list. */
  public Backtrace {
    frames = List.copyOf(frames);
  }

  /** Why a backtrace ends. */
  public enum End {
    /** The last frame was called by nobody. */
    OUTERMOST,
    /** Who called the last frame cannot be told. */
    LOST,
    /** The image is damaged where it goes on. */
    DAMAGED,
    /** There may be more, but this many are enough. */
    LIMIT,
    /** The thread's registers are not known. */
    NO_REGISTERS,
    /** Stacks of this machine are not read. */
    OTHER_MACHINE;

    /** Such as {@code no-registers}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
