package org.ckimg.tools.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.interop.ByteSource;

/**
 * A small ELF file of two pages: headers, a note with a build id, code at 0x1000, and sections with
 * symbols. It is written here by elf(5), not with the code that reads it.
 */
public final class TestElf {
  public static final int PAGE = 4096;
  private static final int CODE = 0x1000;
  private static final int SECTIONS_AT = 0x400;
  private static final int SYMBOLS_AT = 0x800;
  private static final int NAMES_AT = 0xc00;
  private static final int LINK_AT = 0xe00;
  private static final int SECTION_NAMES_AT = 0xf00;
  private static final int NOTE_AT = 0x300;
  private static final int PROGRAMS = 4;

  private final ByteBuffer file = ByteBuffer.allocate(2 * PAGE).order(ByteOrder.LITTLE_ENDIAN);
  private final StringBuilder names = new StringBuilder("\0");
  private final List<long[]> symbols = new ArrayList<>();
  private byte[] buildId = {1, 2, 3, 4, 5, 6, 7, 8};
  private int symbolType = Section.SYMBOLS;
  private long framesHeader;
  private int linkBytes;

  /** Gives it this build id. */
  public TestElf buildId(byte... id) {
    buildId = id.clone();
    return this;
  }

  /** Writes the symbols as those of a loader. */
  public TestElf dynamic() {
    symbolType = Section.DYNAMIC_SYMBOLS;
    return this;
  }

  /** Adds a global function. */
  public TestElf function(String name, long address, long size) {
    return symbol(name, 0x12, 3, address, size);
  }

  /** Adds any symbol. */
  public TestElf symbol(String name, int info, int section, long address, long size) {
    symbols.add(new long[] {names.length(), info, section, address, size});
    names.append(name).append('\0');
    return this;
  }

  /** Names its debug file, as objcopy(1) does. */
  public TestElf debugLink(String name, int crc) {
    text(LINK_AT, name);
    int crcAt = (name.length() + 1 + 3) / 4 * 4;
    file.putInt(LINK_AT + crcAt, crc);
    linkBytes = crcAt + 4;
    return this;
  }

  /** Says where the table of call frame information is. */
  public TestElf framesHeader(long address) {
    framesHeader = address;
    return this;
  }

  /** Puts code or data into the second page. */
  public TestElf put(int address, byte... bytes) {
    file.put(address, bytes);
    return this;
  }

  /** The file. */
  public byte[] bytes() {
    file.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    file.putShort(16, (short) 3).putShort(18, (short) 62).putInt(20, 1);
    file.putLong(32, 64).putLong(40, SECTIONS_AT);
    file.putShort(52, (short) 64).putShort(54, (short) 56).putShort(56, (short) PROGRAMS);
    file.putShort(58, (short) 64).putShort(60, (short) 6).putShort(62, (short) 4);
    program(0, 1, 4, 0, 0, PAGE);
    program(1, 1, 5, PAGE, CODE, PAGE);
    program(2, 4, 4, NOTE_AT, NOTE_AT, 16 + buildId.length);
    program(3, 0x6474e550, 4, framesHeader, framesHeader, framesHeader == 0 ? 0 : 64);
    note();
    section(1, 1, symbolType, 0, SYMBOLS_AT, symbols.size() * 24L, 2);
    section(2, 9, 3, 0, NAMES_AT, names.length(), 0);
    section(3, 17, 1, CODE, PAGE, PAGE, 0);
    String sectionNames = "\0.symtab\0.strtab\0.text\0.shstrtab\0.gnu_debuglink\0";
    section(4, 23, 3, 0, SECTION_NAMES_AT, sectionNames.length(), 0);
    if (linkBytes > 0) {
      section(5, 33, 1, 0, LINK_AT, linkBytes, 0);
    }
    text(SECTION_NAMES_AT, sectionNames);
    text(NAMES_AT, names.toString());
    for (int i = 0; i < symbols.size(); i++) {
      long[] symbol = symbols.get(i);
      int at = SYMBOLS_AT + i * 24;
      file.putInt(at, (int) symbol[0]).put(at + 4, (byte) symbol[1]);
      file.putShort(at + 6, (short) symbol[2])
          .putLong(at + 8, symbol[3])
          .putLong(at + 16, symbol[4]);
    }
    return file.array().clone();
  }

  private void text(int at, String text) {
    file.put(at, text.getBytes(StandardCharsets.US_ASCII));
  }

  private void program(int index, int type, int flags, long offset, long address, long bytes) {
    int at = 64 + index * 56;
    file.putInt(at, type).putInt(at + 4, flags).putLong(at + 8, offset).putLong(at + 16, address);
    file.putLong(at + 32, bytes).putLong(at + 40, bytes).putLong(at + 48, 4);
  }

  private void note() {
    file.putInt(NOTE_AT, 4).putInt(NOTE_AT + 4, buildId.length).putInt(NOTE_AT + 8, 3);
    text(NOTE_AT + 12, "GNU\0");
    file.put(NOTE_AT + 16, buildId);
  }

  private void section(
      int index, int name, int type, long address, long offset, long bytes, int link) {
    int at = SECTIONS_AT + index * 64;
    file.putInt(at, name).putInt(at + 4, type).putLong(at + 16, address).putLong(at + 24, offset);
    file.putLong(at + 32, bytes).putInt(at + 40, link);
  }

  /** Bytes as a source. */
  public static ByteSource source(byte... bytes) {
    return new ByteSource() {
      @Override
      public String name() {
        return "test";
      }

      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public int read(long offset, ByteBuffer into) {
        int count = Math.clamp(bytes.length - offset, 0, into.remaining());
        into.put(bytes, Math.clamp(offset, 0, bytes.length), count);
        return count;
      }

      @Override
      public void close() {}
    };
  }
}
