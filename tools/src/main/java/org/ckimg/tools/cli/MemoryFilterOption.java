package org.ckimg.tools.cli;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.mem.MemoryFilter;
import picocli.CommandLine.Option;

/** Which memory a command looks at. */
public final class MemoryFilterOption {
  private static final String LETTERS = "rwx";

  @Option(
      names = "--prot",
      paramLabel = "RWX",
      description = "Only mappings that have all these protections, such as wx.")
  private String protection = "";

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      split = ",",
      description = "Only mappings of this kind: ${COMPLETION-CANDIDATES}; several with commas.")
  private List<Vma.Kind> kinds = List.of();

  @Option(
      names = "--range",
      paramLabel = "FROM-TO",
      description = "Only addresses of this range, in hex.")
  private String range;

  /** Filled in by picocli. */
  public MemoryFilterOption() {}

  /**
   * The filter.
   *
   * @param pid of the only process, if one was chosen
   * @param pageShift log2 of the page size
   */
  public MemoryFilter filter(OptionalInt pid, int pageShift) {
    long from = 0;
    long to = Long.MAX_VALUE;
    if (range != null) {
      String[] ends = range.split("-", -1);
      if (ends.length != 2) {
        throw new UsageException("--range " + range + ": two addresses and a hyphen are expected");
      }
      from = AddressRange.address(ends[0]) >>> pageShift;
      to = (AddressRange.address(ends[1]) - 1 >>> pageShift) + 1;
    }
    return new MemoryFilter(pid, bits(), Set.copyOf(kinds), from, to);
  }

  private int bits() {
    int bits = 0;
    for (char letter : protection.toLowerCase(Locale.ROOT).toCharArray()) {
      int bit = LETTERS.indexOf(letter);
      if (bit < 0 && letter != '-') {
        throw new UsageException("--prot " + protection + ": letters are r, w and x");
      }
      bits |= bit < 0 ? 0 : 1 << bit;
    }
    return bits;
  }
}
