package org.ckimg.tools.elf;

import java.nio.ByteBuffer;

/**
 * An Elf64_Shdr, elf(5).
 *
 * @param name offset of its name in the table of names, unsigned
 * @param type SHT_ number
 * @param flags SHF_ bits
 * @param address in memory, relative to where the file is loaded
 * @param offset of its bytes in the file, unsigned
 * @param bytes its length, unsigned
 * @param link index of a section that belongs to it
 */
public record Section(
    int name, int type, long flags, long address, long offset, long bytes, int link) {
  /** SHT_SYMTAB. */
  public static final int SYMBOLS = 2;

  /** SHT_NOBITS: the file has none of its bytes. */
  public static final int NO_BITS = 8;

  /** SHT_DYNSYM. */
  public static final int DYNAMIC_SYMBOLS = 11;

  /** Size in a file. */
  static final int SIZE = 64;

  /** Takes the next {@link #SIZE} bytes. */
  static Section read(ByteBuffer from) {
    int name = from.getInt();
    int type = from.getInt();
    long flags = from.getLong();
    long address = from.getLong();
    long offset = from.getLong();
    long bytes = from.getLong();
    return new Section(name, type, flags, address, offset, bytes, from.getInt());
  }

  /** First address behind it. */
  public long end() {
    return address + bytes;
  }
}
