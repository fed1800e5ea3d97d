package org.ckimg.tools.stacks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.ckimg.interop.core.ProgramHeader;
import org.ckimg.tools.elf.Section;
import org.ckimg.tools.memory.AddressSpace;
import org.ckimg.tools.symbols.Module;

/**
 * Finds how to unwind an address: by the sorted table of {@code .eh_frame_hdr}, Linux Standard Base
 * Core 5.0 section 10.6.2; where there is none, by going through {@code .eh_frame} once.
 */
final class FrameIndex {
  private static final int HEADER_BYTES = 64;
  private static final int DATA_RELATIVE_S4 = 0x3b;
  private static final int ROW_BYTES = 8;
  private static final int MOST_ENTRIES = 1 << 20;

  private final AddressSpace memory;
  private final FrameReader reader;
  private final Map<Module, NavigableMap<Long, Long>> scanned = new HashMap<>();

  FrameIndex(AddressSpace memory) {
    this.memory = memory;
    this.reader = new FrameReader(memory);
  }

  /**
   * A sorted table in memory.
   *
   * @param base address of the header, to which its values are relative
   * @param rows address of the first row
   */
  private record Table(long base, long rows, int count) {}

  /** How to unwind an address in a module; empty when nothing is said of it. */
  Optional<FrameEntry> find(Module module, long address) throws IOException {
    try {
      Optional<ProgramHeader> header = module.elf().program(ProgramHeader.EH_FRAME);
      Optional<Table> table =
          header.isPresent() ? table(header.get().address() + module.bias()) : Optional.empty();
      long at = table.isPresent() ? search(table.get(), address) : scan(module, address);
      Optional<FrameEntry> entry = at == 0 ? Optional.empty() : reader.at(at).entry();
      return entry.filter(e -> e.contains(address));
    } catch (BadFrameException _) {
      return Optional.empty();
    }
  }

  private Optional<Table> table(long base) throws BadFrameException, IOException {
    ByteBuffer head = ByteBuffer.allocate(HEADER_BYTES).order(memory.order());
    memory.read(base, head);
    FrameBytes bytes = new FrameBytes(head.flip(), base);
    int version = bytes.u1();
    int frames = bytes.u1();
    int count = bytes.u1();
    int rows = bytes.u1();
    if (version != 1 || rows != DATA_RELATIVE_S4 || count == FrameBytes.OMITTED) {
      return Optional.empty();
    }
    bytes.pointer(frames, base, memory);
    long numRows = bytes.pointer(count, base, memory);
    return numRows > 0 && numRows <= MOST_ENTRIES
        ? Optional.of(new Table(base, base + bytes.position(), (int) numRows))
        : Optional.empty();
  }

  /** The entry of the last row that starts at or before {@code address}, 0 for none. */
  private long search(Table table, long address) throws BadFrameException, IOException {
    int low = 0;
    int high = table.count - 1;
    long entry = 0;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      ByteBuffer row =
          memory
              .bytes(table.rows + (long) middle * ROW_BYTES, ROW_BYTES)
              .orElseThrow(() -> new BadFrameException("not in memory"));
      if (Long.compareUnsigned(table.base + row.getInt(), address) <= 0) {
        entry = table.base + row.getInt();
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return entry;
  }

  private long scan(Module module, long address) throws IOException {
    NavigableMap<Long, Long> entries = scanned.get(module);
    if (entries == null) {
      entries = scan(module);
      scanned.put(module, entries);
    }
    Map.Entry<Long, Long> entry = entries.floorEntry(address);
    return entry == null ? 0 : entry.getValue();
  }

  /** Starts of code, and where their entries are. */
  private NavigableMap<Long, Long> scan(Module module) throws IOException {
    NavigableMap<Long, Long> entries = new TreeMap<>();
    Optional<Section> section = module.elf().section(".eh_frame");
    long at = section.map(s -> s.address() + module.bias()).orElse(0L);
    long end = section.map(s -> s.end() + module.bias()).orElse(0L);
    try {
      for (int i = 0; i < MOST_ENTRIES && Long.compareUnsigned(at, end) < 0; i++) {
        FrameReader.Found found = reader.at(at);
        long place = at;
        found.entry().ifPresent(entry -> entries.put(entry.start(), place));
        at = found.next();
      }
    } catch (BadFrameException _) {
      // What was read up to there is as good as it was.
      return entries;
    }
    return entries;
  }
}
