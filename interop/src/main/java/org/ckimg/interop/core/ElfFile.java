package org.ckimg.interop.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.ByteSource;

/**
 * Headers of an ELF file; what breaks a rule of cores is none that is read.
 *
 * @param header of the file
 * @param programs those program headers that are there
 * @param missing number of program headers that were cut away
 */
public record ElfFile(ElfHeader header, List<ProgramHeader> programs, long missing) {
  static final int MAX_SEGMENTS = 1 << 20;

  private static final String SECTION = "header";
  private static final int COUNT_AT_SECTION = 44;

  /** Copies the list. */
  public ElfFile {
    programs = List.copyOf(programs);
  }

  /** True for an ELF file of whatever type, class or order. */
  public static boolean isElf(ByteSource source) throws IOException {
    return new Window(source, ByteOrder.BIG_ENDIAN)
        .at(0, Integer.BYTES)
        .filter(start -> start.getInt(0) == ElfHeader.MAGIC)
        .isPresent();
  }

  /** True for an ELF file of type core, of whatever class, order or system. */
  public static boolean isCore(ByteSource source) throws IOException {
    Optional<ByteBuffer> start =
        new Window(source, ByteOrder.BIG_ENDIAN).at(0, ElfHeader.TYPE_AT + Short.BYTES);
    if (start.isEmpty() || start.get().getInt(0) != ElfHeader.MAGIC) {
      return false;
    }
    ByteBuffer head = start.get();
    boolean little = head.get(ElfHeader.DATA_AT) == ElfHeader.LITTLE_ENDIAN;
    head.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    return head.getShort(ElfHeader.TYPE_AT) == ElfHeader.CORE;
  }

  /**
   * Reads the headers of what {@link #isElf}.
   *
   * @throws org.ckimg.spec.ImageException when no program header is there
   */
  public static ElfFile read(ByteSource source) throws IOException {
    ElfHeader header = header(source);
    Window window = new Window(source, header.order());
    long count = count(header, window);
    if (count > MAX_SEGMENTS) {
      throw CoreRule.LIMIT.unsupported(SECTION, 56, "%d program headers", count);
    }
    List<ProgramHeader> programs = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      Optional<ByteBuffer> bytes =
          window.at(header.programs() + i * ProgramHeader.BYTES, ProgramHeader.BYTES);
      if (bytes.isEmpty()) {
        break;
      }
      programs.add(ProgramHeader.read(bytes.get()));
    }
    if (programs.isEmpty()) {
      throw CoreRule.HEADERS.truncated(
          SECTION,
          32,
          "%d program headers at offset 0x%x, none within the %d bytes of the file",
          count,
          header.programs(),
          source.length());
    }
    return new ElfFile(header, programs, count - programs.size());
  }

  private static ElfHeader header(ByteSource source) throws IOException {
    ByteBuffer start =
        new Window(source, ByteOrder.LITTLE_ENDIAN)
            .at(0, ElfHeader.TYPE_AT)
            .orElseThrow(() -> cutHeader(source));
    checkClass(start.get(ElfHeader.CLASS_AT));
    int data = start.get(ElfHeader.DATA_AT);
    if (data != ElfHeader.LITTLE_ENDIAN && data != ElfHeader.BIG_ENDIAN) {
      throw CoreRule.HEADER.malformed(
          SECTION, ElfHeader.DATA_AT, "byte order %d, not 1 or 2", data);
    }
    ByteOrder order =
        data == ElfHeader.LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    ByteBuffer whole =
        new Window(source, order).at(0, ElfHeader.BYTES).orElseThrow(() -> cutHeader(source));
    ElfHeader header = ElfHeader.read(whole);
    check(header, start.get(ElfHeader.VERSION_AT));
    return header;
  }

  private static IOException cutHeader(ByteSource source) {
    return CoreRule.HEADER.truncated(
        SECTION, 0, "64 bytes of header, %d are there", source.length());
  }

  private static void checkClass(int elfClass) throws IOException {
    if (elfClass == ElfHeader.CLASS_32) {
      throw CoreRule.CLASS.unsupported(
          SECTION,
          ElfHeader.CLASS_AT,
          "this is a core of a 32-bit program (ELF32), which is not read");
    }
    if (elfClass != ElfHeader.CLASS_64) {
      throw CoreRule.HEADER.malformed(SECTION, ElfHeader.CLASS_AT, "class %d, not 2", elfClass);
    }
  }

  private static void check(ElfHeader header, int version) throws IOException {
    if (version != 1) {
      throw CoreRule.HEADER.malformed(SECTION, ElfHeader.VERSION_AT, "version %d, not 1", version);
    }
    if (header.programBytes() != ProgramHeader.BYTES) {
      throw CoreRule.HEADER.malformed(
          SECTION, 54, "program headers of %d bytes", header.programBytes());
    }
    if (header.programCount() == 0) {
      throw CoreRule.HEADERS.malformed(SECTION, 56, "there is no program header");
    }
    if (header.programs() < ElfHeader.BYTES) {
      throw CoreRule.HEADERS.malformed(SECTION, 32, "program headers at 0x%x", header.programs());
    }
  }

  /** A core of more than 65534 segments has the number in a section header behind everything. */
  private static long count(ElfHeader header, Window window) throws IOException {
    if (header.programCount() != ElfHeader.MANY) {
      return header.programCount();
    }
    Optional<ByteBuffer> section = window.at(header.sections(), ElfHeader.SECTION_BYTES);
    return section.isPresent()
        ? section.get().getInt(COUNT_AT_SECTION) & 0xffffffffL
        : countByNotes(header, window);
  }

  /** Where that is cut away: the kernel writes the notes right behind the program headers. */
  private static long countByNotes(ElfHeader header, Window window) throws IOException {
    Optional<ByteBuffer> first = window.at(header.programs(), ProgramHeader.BYTES);
    if (first.isPresent()) {
      ProgramHeader notes = ProgramHeader.read(first.get());
      long bytes = notes.offset() - header.programs();
      if (notes.type() == ProgramHeader.NOTE && bytes > 0 && bytes % ProgramHeader.BYTES == 0) {
        return bytes / ProgramHeader.BYTES;
      }
    }
    throw CoreRule.HEADERS.truncated(
        SECTION,
        40,
        "the number of program headers is in a section header at 0x%x, which was cut away",
        header.sections());
  }
}
