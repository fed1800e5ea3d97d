package org.ckimg.linux.proc;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.TreeSet;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.ProcessCalls;

/**
 * The vdso of a process: its pages, and the symbols that C libraries look up in it, vdso(7).
 *
 * @param pages the bytes of the mapping
 */
public record VdsoImage(byte[] pages) {
  private static final int SHT_DYNSYM = 11;
  private static final int SYMBOL_BYTES = 24;

  /** Reads the vdso of a process. */
  public static VdsoImage read(int pid) throws IOException {
    for (Mapping mapping : Maps.read(pid)) {
      if (mapping.isNamed("[vdso]")) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment pages = arena.allocate(mapping.end() - mapping.start(), 8);
          long done = ProcessCalls.readMemory(pid, mapping.start(), pages);
          return new VdsoImage(NativeBytes.bytes(pages, done));
        }
      }
    }
    throw new IOException("process " + pid + " has no vdso");
  }

  /** SHA-256 of the pages. */
  public byte[] digest() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(pages);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Defined symbols: 16 hex digits (offset), a blank, the name, a line feed each; sorted. */
  public byte[] symbolLines() {
    ByteBuffer elf = ByteBuffer.wrap(pages).order(ByteOrder.LITTLE_ENDIAN);
    int sections = (int) elf.getLong(40);
    int sectionBytes = elf.getShort(58) & 0xffff;
    int count = elf.getShort(60) & 0xffff;
    TreeSet<String> lines = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      int section = sections + i * sectionBytes;
      if (elf.getInt(section + 4) == SHT_DYNSYM) {
        int strings = sections + elf.getInt(section + 40) * sectionBytes;
        addSymbols(elf, section, (int) elf.getLong(strings + 24), lines);
      }
    }
    return String.join("", lines).getBytes(StandardCharsets.US_ASCII);
  }

  private static void addSymbols(ByteBuffer elf, int section, int strings, TreeSet<String> lines) {
    int start = (int) elf.getLong(section + 24);
    int end = start + (int) elf.getLong(section + 32);
    for (int symbol = start; symbol + SYMBOL_BYTES <= end; symbol += SYMBOL_BYTES) {
      boolean defined = elf.getShort(symbol + 6) != 0;
      String name = string(elf, strings + elf.getInt(symbol));
      if (defined && !name.isEmpty()) {
        lines.add("%016x %s\n".formatted(elf.getLong(symbol + 8), name));
      }
    }
  }

  private static String string(ByteBuffer elf, int offset) {
    StringBuilder text = new StringBuilder();
    for (int i = offset; elf.get(i) != 0; i++) {
      text.append((char) elf.get(i));
    }
    return text.toString();
  }
}
