package org.ckimg.tools.mem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The loadable segments of a 64-bit ELF file as they lie in memory, elf(5).
 *
 * @param segments with bytes of the file, in the order of the program headers
 */
record LoadedElf(List<Segment> segments) {
  private static final int HEADER_BYTES = 64;
  private static final int MAGIC = 0x464c457f;
  private static final int CLASS_AT = 4;
  private static final int DATA_AT = 5;
  private static final int CLASS_64 = 2;
  private static final int LITTLE = 1;
  private static final int PROGRAMS_AT = 32;
  private static final int PROGRAM_BYTES_AT = 54;
  private static final int PROGRAM_COUNT_AT = 56;
  private static final int PROGRAM_BYTES = 56;
  private static final int MAX_PROGRAMS = 256;
  private static final int LOAD = 1;

  /**
   * Where the bytes of a segment are.
   *
   * @param address of the first
   * @param end address behind the last
   * @param offset of the first in the file
   */
  record Segment(long address, long end, long offset) {}

  /** The file whose header is at an address; empty when none is there, or it is no sound one. */
  static Optional<LoadedElf> at(ProcessMemory memory, long base) throws IOException {
    Optional<byte[]> bytes = memory.read(base, HEADER_BYTES);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    ByteBuffer header = ByteBuffer.wrap(bytes.get()).order(ByteOrder.LITTLE_ENDIAN);
    int count = Short.toUnsignedInt(header.getShort(PROGRAM_COUNT_AT));
    long programs = header.getLong(PROGRAMS_AT);
    if (header.getInt(0) != MAGIC
        || header.get(CLASS_AT) != CLASS_64
        || header.get(DATA_AT) != LITTLE
        || header.getShort(PROGRAM_BYTES_AT) != PROGRAM_BYTES
        || count == 0
        || count > MAX_PROGRAMS
        || programs < HEADER_BYTES
        || programs > 1 << 20) {
      return Optional.empty();
    }
    Optional<byte[]> table = memory.read(base + programs, count * PROGRAM_BYTES);
    return table.flatMap(found -> of(found, count, base));
  }

  private static Optional<LoadedElf> of(byte[] table, int count, long base) {
    ByteBuffer programs = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    List<Segment> segments = new ArrayList<>();
    long bias = 0;
    for (int i = 0; i < count; i++) {
      int at = i * PROGRAM_BYTES;
      if (programs.getInt(at) != LOAD) {
        continue;
      }
      long offset = programs.getLong(at + 8);
      long address = programs.getLong(at + 16);
      long length = programs.getLong(at + 32);
      bias = segments.isEmpty() ? base + offset - address : bias;
      if (offset < 0 || length < 0 || offset + length < 0) {
        return Optional.empty();
      }
      segments.add(new Segment(address + bias, address + bias + length, offset));
    }
    return segments.isEmpty() ? Optional.empty() : Optional.of(new LoadedElf(segments));
  }
}
