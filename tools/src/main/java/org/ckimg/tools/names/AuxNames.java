package org.ckimg.tools.names;

import java.util.Map;

/** Entries of the auxiliary vector, getauxval(3). */
public final class AuxNames {
  private static final Map<Long, String> NAMES =
      Map.ofEntries(
          Map.entry(2L, "AT_EXECFD"),
          Map.entry(3L, "AT_PHDR"),
          Map.entry(4L, "AT_PHENT"),
          Map.entry(5L, "AT_PHNUM"),
          Map.entry(6L, "AT_PAGESZ"),
          Map.entry(7L, "AT_BASE"),
          Map.entry(8L, "AT_FLAGS"),
          Map.entry(9L, "AT_ENTRY"),
          Map.entry(11L, "AT_UID"),
          Map.entry(12L, "AT_EUID"),
          Map.entry(13L, "AT_GID"),
          Map.entry(14L, "AT_EGID"),
          Map.entry(15L, "AT_PLATFORM"),
          Map.entry(16L, "AT_HWCAP"),
          Map.entry(17L, "AT_CLKTCK"),
          Map.entry(23L, "AT_SECURE"),
          Map.entry(24L, "AT_BASE_PLATFORM"),
          Map.entry(25L, "AT_RANDOM"),
          Map.entry(26L, "AT_HWCAP2"),
          Map.entry(27L, "AT_RSEQ_FEATURE_SIZE"),
          Map.entry(28L, "AT_RSEQ_ALIGN"),
          Map.entry(31L, "AT_EXECFN"),
          Map.entry(32L, "AT_SYSINFO"),
          Map.entry(33L, "AT_SYSINFO_EHDR"),
          Map.entry(51L, "AT_MINSIGSTKSZ"));

  private AuxNames() {}

  /** Such as AT_ENTRY; {@code AT_N} for one without a name. */
  public static String name(long type) {
    return NAMES.getOrDefault(type, "AT_" + Long.toUnsignedString(type));
  }
}
