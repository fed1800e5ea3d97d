package org.ckimg.interop.core;

import java.nio.ByteBuffer;

/**
 * An Elf64_Phdr, elf(5).
 *
 * @param type PT_ number
 * @param flags 4 read, 2 write, 1 execute
 * @param offset of the bytes in the file
 * @param address virtual, unsigned
 * @param fileBytes bytes in the file, unsigned
 * @param memoryBytes bytes in memory, unsigned
 * @param align alignment of address and offset, unsigned
 */
public record ProgramHeader(
    int type, int flags, long offset, long address, long fileBytes, long memoryBytes, long align) {
  /** PT_LOAD. */
  public static final int LOAD = 1;

  /** PT_DYNAMIC. */
  public static final int DYNAMIC = 2;

  /** PT_GNU_EH_FRAME. */
  public static final int EH_FRAME = 0x6474e550;

  /** PT_NOTE. */
  public static final int NOTE = 4;

  /** PF_X. */
  public static final int EXECUTE = 1;

  /** PF_W. */
  public static final int WRITE = 2;

  /** PF_R. */
  public static final int READ = 4;

  /** Size in a file. */
  public static final int BYTES = 56;

  /** Takes the next {@link #BYTES}. */
  static ProgramHeader read(ByteBuffer from) {
    int type = from.getInt();
    int flags = from.getInt();
    long offset = from.getLong();
    long address = from.getLong();
    from.getLong();
    long fileBytes = from.getLong();
    long memoryBytes = from.getLong();
    return new ProgramHeader(type, flags, offset, address, fileBytes, memoryBytes, from.getLong());
  }

  /** Puts {@link #BYTES}; the physical address is 0. */
  void write(ByteBuffer into) {
    into.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(0);
    into.putLong(fileBytes).putLong(memoryBytes).putLong(align);
  }
}
