package org.ckimg.interop;

import java.util.EnumSet;
import java.util.Set;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.VmaFlag;

/**
 * What images of a format can say. An empty list of something else is no statement that there was
 * nothing.
 *
 * @param silent tables of which they say nothing
 * @param flags properties of mappings that they tell
 * @param kinds true when they tell a heap from a stack, and shared memory from private memory
 * @param touchedPages true when they have all pages of memory that were ever written to
 */
public record FormatKnowledge(
    Set<SectionType> silent, Set<VmaFlag> flags, boolean kinds, boolean touchedPages) {
  private static final FormatKnowledge ALL =
      new FormatKnowledge(Set.of(), EnumSet.allOf(VmaFlag.class), true, true);

  /** Notes of a Linux core: threads, files that are mapped, and the auxiliary vector. */
  private static final FormatKnowledge CORE =
      new FormatKnowledge(
          EnumSet.of(
              SectionType.TIMERS,
              SectionType.LIMITS,
              SectionType.DESCRIPTIONS,
              SectionType.FDS,
              SectionType.FILTERS,
              SectionType.LOCKS,
              SectionType.TERMINALS,
              SectionType.PIPES),
          Set.of(),
          false,
          false);

  /** Its descriptors are regular files; limits and locks are not in it. */
  private static final FormatKnowledge DRAGONFLY =
      new FormatKnowledge(
          EnumSet.of(SectionType.LIMITS, SectionType.FILTERS, SectionType.LOCKS),
          Set.of(),
          false,
          false);

  private static final FormatKnowledge CRIU =
      new FormatKnowledge(
          Set.of(),
          EnumSet.complementOf(
              EnumSet.of(VmaFlag.LOCKED_ONFAULT, VmaFlag.SEALED, VmaFlag.ACCOUNTED)),
          true,
          true);

  /** Copies the sets. */
  public FormatKnowledge {
    silent = Set.copyOf(silent);
    flags = Set.copyOf(flags);
  }

  /**
   * Of a format.
   *
   * @param format as {@link ForeignImage#format} has it; any other is ckimg's own, which has a
   *     place for everything
   */
  public static FormatKnowledge of(String format) {
    return switch (format) {
      case "elf-core" -> CORE;
      case "dragonfly" -> DRAGONFLY;
      case "criu" -> CRIU;
      default -> ALL;
    };
  }
}
