package org.ckimg.tools.symbols;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.interop.core.ProgramHeader;
import org.ckimg.tools.elf.Elf;
import org.ckimg.tools.memory.AddressSpace;

/**
 * The symbols that a loader uses, from the memory of a program: where no file is at hand that has
 * section headers. How many there are only the table of hashes tells.
 */
final class DynamicSymbols {
  private static final int ENTRY_BYTES = 16;
  private static final int MOST_ENTRIES = 1024;
  private static final int MOST_NAME_BYTES = 1 << 25;
  private static final int NAMES = 5;
  private static final int SYMBOLS = 6;
  private static final int NAMES_BYTES = 10;
  private static final int HASH = 4;
  private static final int GNU_HASH = 0x6ffffef5;

  private final Elf elf;
  private final AddressSpace memory;
  private final long bias;

  /**
   * Of a file that is mapped.
   *
   * @param elf its headers
   * @param bias what is added to its addresses
   */
  DynamicSymbols(Elf elf, AddressSpace memory, long bias) {
    this.elf = elf;
    this.memory = memory;
    this.bias = bias;
  }

  /** The table; empty when it is not known as a whole. */
  Optional<SymbolTable> read() throws IOException {
    OptionalLong symbols = address(SYMBOLS);
    OptionalLong names = address(NAMES);
    OptionalLong bytes = entry(NAMES_BYTES);
    long count = count();
    boolean fits =
        symbols.isPresent()
            && names.isPresent()
            && count > 0
            && count <= SymbolReader.MAX_SYMBOLS
            && bytes.isPresent()
            && bytes.getAsLong() >= 0
            && bytes.getAsLong() <= MOST_NAME_BYTES;
    return fits
        ? read(symbols.getAsLong(), (int) count, names.getAsLong(), (int) bytes.getAsLong())
        : Optional.empty();
  }

  private Optional<SymbolTable> read(long symbols, int count, long names, int bytes)
      throws IOException {
    Optional<ByteBuffer> text = memory.bytes(names, bytes);
    Optional<ByteBuffer> table = memory.bytes(symbols, count * SymbolReader.BYTES);
    if (text.isEmpty() || table.isEmpty()) {
      return Optional.empty();
    }
    SymbolReader reader = new SymbolReader(elf, text.get());
    for (int i = 0; i < count; i++) {
      ByteBuffer symbol = table.get().slice(i * SymbolReader.BYTES, SymbolReader.BYTES);
      reader.add(symbol.order(memory.order()));
    }
    return Optional.of(reader.table());
  }

  private long count() throws IOException {
    OptionalLong hash = address(HASH);
    if (hash.isPresent()) {
      return memory.bytes(hash.getAsLong() + 4, 4).map(DynamicSymbols::unsigned).orElse(0L);
    }
    OptionalLong gnu = address(GNU_HASH);
    return gnu.isPresent() ? gnuCount(gnu.getAsLong()) : 0;
  }

  /** One behind the last of the chain that starts last. */
  private long gnuCount(long at) throws IOException {
    Optional<ByteBuffer> head = memory.bytes(at, 16);
    if (head.isEmpty()) {
      return 0;
    }
    long numBuckets = unsigned(head.get());
    long first = unsigned(head.get());
    long filterWords = unsigned(head.get());
    long buckets = at + 16 + filterWords * Long.BYTES;
    if (numBuckets > SymbolReader.MAX_SYMBOLS) {
      return 0;
    }
    Optional<ByteBuffer> table = memory.bytes(buckets, (int) numBuckets * Integer.BYTES);
    long last = 0;
    while (table.isPresent() && table.get().hasRemaining()) {
      last = Math.max(last, unsigned(table.get()));
    }
    long chains = buckets + numBuckets * Integer.BYTES;
    return last < first ? first : end(chains - first * Integer.BYTES, last);
  }

  private long end(long chains, long last) throws IOException {
    for (long i = last; i < last + SymbolReader.MAX_SYMBOLS; i++) {
      Optional<ByteBuffer> hash = memory.bytes(chains + i * Integer.BYTES, Integer.BYTES);
      if (hash.isEmpty()) {
        return 0;
      }
      if ((hash.get().getInt() & 1) != 0) {
        return i + 1;
      }
    }
    return 0;
  }

  private static long unsigned(ByteBuffer bytes) {
    return Integer.toUnsignedLong(bytes.getInt());
  }

  /** Most loaders add the bias to addresses in this table, some do not. */
  private OptionalLong address(int tag) throws IOException {
    OptionalLong value = entry(tag);
    if (value.isEmpty()) {
      return value;
    }
    long address = value.getAsLong();
    return elf.segment(address).isPresent() ? OptionalLong.of(address + bias) : value;
  }

  private OptionalLong entry(int tag) throws IOException {
    Optional<ProgramHeader> dynamic = elf.program(ProgramHeader.DYNAMIC);
    for (int i = 0; dynamic.isPresent() && i < MOST_ENTRIES; i++) {
      long at = dynamic.get().address() + bias + (long) i * ENTRY_BYTES;
      Optional<ByteBuffer> entry = memory.bytes(at, ENTRY_BYTES);
      long type = entry.map(ByteBuffer::getLong).orElse(0L);
      if (type == 0) {
        break;
      }
      if (type == tag) {
        return OptionalLong.of(entry.get().getLong());
      }
    }
    return OptionalLong.empty();
  }
}
