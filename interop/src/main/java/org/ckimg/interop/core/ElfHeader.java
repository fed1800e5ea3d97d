package org.ckimg.interop.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What an Elf64_Ehdr, elf(5), says of a core.
 *
 * @param order byte order of the file and of the program
 * @param osabi ELFOSABI_ number
 * @param machine EM_ number
 * @param programs where program headers start
 * @param programBytes size of one of them
 * @param programCount number of them, {@link #MANY} when it is elsewhere
 * @param sections where section headers start, 0 for none
 */
public record ElfHeader(
    ByteOrder order,
    int osabi,
    int machine,
    long programs,
    int programBytes,
    int programCount,
    long sections) {
  /** Size in a file. */
  public static final int BYTES = 64;

  /** Size of an Elf64_Shdr. */
  public static final int SECTION_BYTES = 64;

  /** PN_XNUM: the number of program headers is {@code sh_info} of the first section header. */
  public static final int MANY = 0xffff;

  /** ET_CORE. */
  public static final int CORE = 4;

  /** First bytes of every ELF file, big-endian. */
  static final int MAGIC = 0x7f454c46;

  static final int CLASS_AT = 4;
  static final int DATA_AT = 5;
  static final int VERSION_AT = 6;
  static final int OSABI_AT = 7;
  static final int TYPE_AT = 16;
  static final int CLASS_32 = 1;
  static final int CLASS_64 = 2;
  static final int LITTLE_ENDIAN = 1;
  static final int BIG_ENDIAN = 2;

  /** Takes it from the start of {@code from}, whose byte order is set. */
  static ElfHeader read(ByteBuffer from) {
    return new ElfHeader(
        from.order(),
        from.get(OSABI_AT) & 0xff,
        from.getShort(18) & 0xffff,
        from.getLong(32),
        from.getShort(54) & 0xffff,
        from.getShort(56) & 0xffff,
        from.getLong(40));
  }

  /** Puts {@link #BYTES}, in the order of {@code into}. */
  void write(ByteBuffer into) {
    boolean little = order == ByteOrder.LITTLE_ENDIAN;
    into.put(new byte[] {0x7f, 'E', 'L', 'F', CLASS_64});
    into.put((byte) (little ? LITTLE_ENDIAN : BIG_ENDIAN)).put((byte) 1).put((byte) osabi);
    into.putLong(0);
    into.putShort((short) CORE).putShort((short) machine).putInt(1);
    into.putLong(0).putLong(programs).putLong(sections).putInt(0);
    into.putShort((short) BYTES).putShort((short) programBytes).putShort((short) programCount);
    into.putShort((short) (sections == 0 ? 0 : SECTION_BYTES));
    into.putShort((short) (sections == 0 ? 0 : 1)).putShort((short) 0);
  }
}
