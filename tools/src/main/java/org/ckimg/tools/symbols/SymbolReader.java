package org.ckimg.tools.symbols;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.ckimg.tools.elf.Elf;
import org.ckimg.tools.elf.Section;

/** Reads symbol tables of ELF files, elf(5), by their section headers. */
final class SymbolReader {
  /** Size of an Elf64_Sym. */
  static final int BYTES = 24;

  /** More than the largest programs have; a hostile file has no more. */
  static final int MAX_SYMBOLS = 1 << 21;

  static final int MAX_NAMES = 1 << 27;

  private static final int TYPE_BITS = 0xf;
  private static final int BINDING_SHIFT = 4;
  private static final int FIRST_RESERVED_SECTION = 0xff00;
  private static final int EXTENDED_SECTION = 0xffff;

  private final Elf elf;
  private final SymbolTable.Builder table;

  /**
   * For the symbols of a file.
   *
   * @param elf that the symbols lie in
   * @param names their names
   */
  SymbolReader(Elf elf, ByteBuffer names) {
    this.elf = elf;
    this.table = new SymbolTable.Builder(names);
  }

  /**
   * The first table of this type.
   *
   * @param type {@link Section#SYMBOLS} or {@link Section#DYNAMIC_SYMBOLS}
   * @return empty when there is none, or it is not whole
   */
  static Optional<SymbolTable> read(Elf elf, int type) throws IOException {
    for (Section section : elf.sections()) {
      Optional<Section> names = elf.section(section.link());
      if (section.type() == type && names.isPresent()) {
        return read(elf, section, names.get());
      }
    }
    return Optional.empty();
  }

  private static Optional<SymbolTable> read(Elf elf, Section symbols, Section names)
      throws IOException {
    long count = symbols.bytes() / BYTES;
    boolean fits =
        elf.window().has(symbols.offset(), symbols.bytes())
            && count <= MAX_SYMBOLS
            && elf.window().has(names.offset(), names.bytes())
            && names.bytes() <= MAX_NAMES;
    Optional<ByteBuffer> text =
        fits ? elf.window().at(names.offset(), (int) names.bytes()) : Optional.empty();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    SymbolReader reader = new SymbolReader(elf, text.get());
    for (long i = 0; i < count; i++) {
      Optional<ByteBuffer> symbol = elf.window().at(symbols.offset() + i * BYTES, BYTES);
      if (symbol.isEmpty()) {
        return Optional.empty();
      }
      reader.add(symbol.get());
    }
    return Optional.of(reader.table());
  }

  /** Adds the next Elf64_Sym, if it is a place in the file. */
  void add(ByteBuffer symbol) {
    long name = Integer.toUnsignedLong(symbol.getInt());
    int info = symbol.get() & 0xff;
    symbol.get();
    int section = symbol.getShort() & 0xffff;
    long start = symbol.getLong();
    long size = symbol.getLong();
    boolean placed =
        section != 0 && (section < FIRST_RESERVED_SECTION || section == EXTENDED_SECTION);
    if (placed && isPlace(info & TYPE_BITS)) {
      table.add(name, info >>> BINDING_SHIFT, start, size, end(section, start));
    }
  }

  /** STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_GNU_IFUNC; not sections, files and offsets in TLS. */
  private static boolean isPlace(int type) {
    return switch (type) {
      case 0, 1, 2, 10 -> true;
      default -> false;
    };
  }

  private long end(int section, long start) {
    return elf.section(section)
        .map(Section::end)
        .or(() -> elf.segment(start).map(p -> p.address() + p.memoryBytes()))
        .orElse(start);
  }

  /** What was added. */
  SymbolTable table() {
    return table.build();
  }
}
