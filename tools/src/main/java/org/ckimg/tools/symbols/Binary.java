package org.ckimg.tools.symbols;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.elf.Elf;

/**
 * An ELF file that was mapped, and its names.
 *
 * @param elf its headers
 * @param tables the best first
 */
record Binary(Elf elf, List<SymbolTable> tables) {
  Binary {
    tables = List.copyOf(tables);
  }

  /** What contains this address, relative to where the file is loaded. */
  Optional<SymbolTable.Symbol> at(long address) {
    return tables.stream().map(table -> table.at(address)).flatMap(Optional::stream).findFirst();
  }

  /** Where what is called so starts. */
  OptionalLong address(Bytes name) {
    return tables.stream()
        .map(table -> table.address(name))
        .filter(OptionalLong::isPresent)
        .findFirst()
        .orElse(OptionalLong.empty());
  }
}
