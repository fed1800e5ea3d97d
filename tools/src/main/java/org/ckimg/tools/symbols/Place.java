package org.ckimg.tools.symbols;

import java.util.Optional;
import org.ckimg.spec.model.Bytes;

/**
 * Where an address points.
 *
 * @param module the mapped file, else what the mapping is; safe to print
 * @param symbol the function or variable that contains it, where one is known
 * @param offset in the symbol; without one in the file, or in the mapping
 */
public record Place(String module, Optional<Bytes> symbol, long offset) {
  /** The symbol or else the module, and the offset: {@code read+0x12}. */
  @Override
  public String toString() {
    return symbol.map(Bytes::toString).orElse(module) + "+0x" + Long.toHexString(offset);
  }
}
