package org.ckimg.tools.symbols;

import java.util.Optional;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.elf.Elf;

/**
 * A binary in an address space.
 *
 * @param binary its headers and names
 * @param bias what is added to the addresses in it
 * @param vma a mapping of it
 */
public record Module(Binary binary, long bias, Vma vma) {
  /** Its headers. */
  public Elf elf() {
    return binary.elf();
  }

  /** What contains an address of the process. */
  Optional<SymbolTable.Symbol> at(long address) {
    return binary.at(address - bias);
  }
}
