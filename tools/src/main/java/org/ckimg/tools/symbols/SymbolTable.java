package org.ckimg.tools.symbols;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.ckimg.spec.model.Bytes;

/**
 * Functions and variables of one ELF file by address, relative to where it is loaded. A place has
 * the name of what contains it. A label without a size, such as {@code _start}, reaches up to the
 * next name or the end of its section, as gdb has it. Of several names for one place the one wins
 * that a program means: global before local, with fewer underscores in front, shorter.
 */
final class SymbolTable {
  /** How many names may lie between the start of a function and a place in it. */
  private static final int MOST_STEPS = 1024;

  /** Of the arrays: an offset of 4 bytes, two addresses, a flag. */
  private static final long ENTRY_BYTES = 21;

  private static final int MAX_NAME = 1 << 16;

  private final byte[] names;
  private final int[] nameOffsets;
  private final long[] starts;
  private final long[] ends;
  private final boolean[] sized;

  private SymbolTable(byte[] names, Builder from, int[] order) {
    this.names = names;
    nameOffsets = IntStream.of(order).map(i -> from.nameOffsets[i]).toArray();
    starts = IntStream.of(order).mapToLong(i -> from.starts[i]).toArray();
    ends = IntStream.of(order).mapToLong(i -> from.ends[i]).toArray();
    sized = new boolean[order.length];
    for (int i = 0; i < order.length; i++) {
      sized[i] = from.sized[order[i]];
    }
  }

  /**
   * A name and where it is.
   *
   * @param start relative to where the file is loaded
   */
  record Symbol(Bytes name, long start) {}

  /** What it takes of memory, bytes. */
  long bytes() {
    return names.length + starts.length * ENTRY_BYTES;
  }

  /** What contains this address. */
  Optional<Symbol> at(long address) {
    int last = floor(address);
    int label = -1;
    boolean passed = false;
    for (int i = last; i >= 0 && last - i < MOST_STEPS; i--) {
      boolean contains = Long.compareUnsigned(address, ends[i]) < 0;
      if (contains && sized[i]) {
        return Optional.of(symbol(i));
      }
      if (contains && !passed && label < 0) {
        label = i;
      }
      passed |= sized[i];
    }
    return label < 0 ? Optional.empty() : Optional.of(symbol(label));
  }

  /** Where what is called so starts. */
  OptionalLong address(Bytes name) {
    byte[] wanted = name.toArray();
    for (int i = starts.length - 1; i >= 0; i--) {
      int from = nameOffsets[i];
      int end = from + length(names, from, wanted.length + 1);
      if (Arrays.equals(names, from, end, wanted, 0, wanted.length)) {
        return OptionalLong.of(starts[i]);
      }
    }
    return OptionalLong.empty();
  }

  private Symbol symbol(int index) {
    int from = nameOffsets[index];
    return new Symbol(Bytes.of(names, from, length(names, from, MAX_NAME)), starts[index]);
  }

  /** Index of the last one that starts at or before {@code address}, -1 for none. */
  private int floor(long address) {
    int low = 0;
    int high = starts.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(starts[middle], address) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** A version, as in {@code read@@GLIBC_2.2.5}, is not part of the name. */
  private static int length(byte[] names, int from, int max) {
    int end = from;
    while (end < names.length
        && end - from < max
        && names[end] != 0
        && (names[end] != '@' || end == from)) {
      end++;
    }
    return end - from;
  }

  /** Collects what a table has. */
  static final class Builder {
    private static final int LOCAL = 0;
    private static final int COMPARED = 64;

    private final byte[] names;
    private int[] nameOffsets = new int[64];
    private long[] starts = new long[64];
    private long[] ends = new long[64];
    private int[] bindings = new int[64];
    private boolean[] sized = new boolean[64];
    private int count;

    /** Of a table whose names are in these bytes, each ended by a zero byte. */
    Builder(ByteBuffer names) {
      this.names = new byte[names.remaining()];
      names.duplicate().get(this.names);
    }

    /**
     * Adds one; without a name it is left out.
     *
     * @param nameOffset in the names
     * @param binding STB_ number
     * @param size bytes, 0 when the table does not say
     * @param end where it ends at the latest
     */
    void add(long nameOffset, int binding, long start, long size, long end) {
      if (nameOffset < 0 || nameOffset >= names.length || names[(int) nameOffset] == 0) {
        return;
      }
      if (count == starts.length) {
        grow(2 * count);
      }
      nameOffsets[count] = (int) nameOffset;
      bindings[count] = binding;
      starts[count] = start;
      sized[count] = size != 0;
      ends[count] = size != 0 ? start + size : end;
      count++;
    }

    private void grow(int length) {
      nameOffsets = Arrays.copyOf(nameOffsets, length);
      bindings = Arrays.copyOf(bindings, length);
      starts = Arrays.copyOf(starts, length);
      ends = Arrays.copyOf(ends, length);
      sized = Arrays.copyOf(sized, length);
    }

    /** The table. */
    SymbolTable build() {
      Comparator<Integer> byAddress = (a, b) -> Long.compareUnsigned(starts[a], starts[b]);
      int[] order =
          IntStream.range(0, count)
              .boxed()
              .sorted(byAddress.thenComparing(this::compareNames))
              .mapToInt(Integer::intValue)
              .toArray();
      return new SymbolTable(names, this, order);
    }

    /** The better name comes last. Only the first letters count: names may be of any length. */
    private int compareNames(int a, int b) {
      int result = Boolean.compare(bindings[b] == LOCAL, bindings[a] == LOCAL);
      result = result == 0 ? Integer.compare(underscores(b), underscores(a)) : result;
      result = result == 0 ? Integer.compare(length(b), length(a)) : result;
      return result == 0 ? Integer.compare(nameOffsets[b], nameOffsets[a]) : result;
    }

    private int length(int index) {
      return SymbolTable.length(names, nameOffsets[index], COMPARED);
    }

    private int underscores(int index) {
      int from = nameOffsets[index];
      int at = from;
      while (at < names.length && at - from < COMPARED && names[at] == '_') {
        at++;
      }
      return at - from;
    }
  }
}
