package org.ckimg.tools.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.core.ElfFile;
import org.ckimg.interop.core.ProgramHeader;
import org.ckimg.interop.core.Window;
import org.ckimg.linux.proc.BuildId;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.Bytes;

/**
 * An ELF file of a 64-bit machine. Its addresses are relative to where it is loaded. Nothing in it
 * is trusted: what does not fit the bytes that are there is not there. For one thread.
 */
public final class Elf {
  private static final int SECTION_COUNT_AT = 60;
  private static final int MAX_SECTIONS = 4096;
  private static final int MAX_NAME = 256;

  private final ByteSource source;
  private final Window window;
  private final ElfFile headers;
  private final List<Section> sections;
  private final Optional<Section> names;

  private Elf(ByteSource source, ElfFile headers) throws IOException {
    this.source = source;
    this.headers = headers;
    this.window = new Window(source, headers.header().order());
    this.sections = readSections();
    int index = window.at(SECTION_COUNT_AT + 2, 2).map(b -> b.getShort() & 0xffff).orElse(0);
    this.names = section(index);
  }

  /** Reads headers; empty for what is no such file. */
  public static Optional<Elf> read(ByteSource source) throws IOException {
    try {
      return ElfFile.isElf(source)
          ? Optional.of(new Elf(source, ElfFile.read(source)))
          : Optional.empty();
    } catch (ImageException _) {
      return Optional.empty();
    }
  }

  private List<Section> readSections() throws IOException {
    long at = headers.header().sections();
    int count = window.at(SECTION_COUNT_AT, 2).map(b -> b.getShort() & 0xffff).orElse(0);
    List<Section> list = new ArrayList<>();
    for (int i = 0; i < Math.min(count, MAX_SECTIONS); i++) {
      Optional<ByteBuffer> bytes = window.at(at + (long) i * Section.SIZE, Section.SIZE);
      if (at <= 0 || bytes.isEmpty()) {
        return List.of();
      }
      list.add(Section.read(bytes.get()));
    }
    return list;
  }

  /** Its bytes. */
  public Window window() {
    return window;
  }

  /** Where its bytes are. */
  public ByteSource source() {
    return source;
  }

  /** EM_ number. */
  public int machine() {
    return headers.header().machine();
  }

  /** Program headers in the order of the file. */
  public List<ProgramHeader> programs() {
    return headers.programs();
  }

  /** The first program header of this PT_ type. */
  public Optional<ProgramHeader> program(int type) {
    return programs().stream().filter(p -> p.type() == type).findFirst();
  }

  /** The segment that has this address in memory. */
  public Optional<ProgramHeader> segment(long address) {
    return programs().stream()
        .filter(p ->
            p.type() == ProgramHeader.LOAD
                && Long.compareUnsigned(address - p.address(), p.memoryBytes()) < 0)
        .findFirst();
  }

  /**
   * The address to which a loader maps a page of the file.
   *
   * @param offset in the file, a multiple of {@code pageSize}
   * @param executable whether it is mapped so; one page may be mapped twice
   */
  public OptionalLong address(long offset, boolean executable, int pageSize) {
    OptionalLong other = OptionalLong.empty();
    for (ProgramHeader program : programs()) {
      long within = offset - (program.offset() & -pageSize);
      long length = program.fileBytes() + (program.offset() & pageSize - 1);
      if (program.type() == ProgramHeader.LOAD && within >= 0 && within < length) {
        OptionalLong address = OptionalLong.of((program.address() & -pageSize) + within);
        if ((program.flags() & ProgramHeader.EXECUTE) != 0 == executable) {
          return address;
        }
        other = address;
      }
    }
    return other;
  }

  /** Sections; none when their headers are not there. */
  public List<Section> sections() {
    return sections;
  }

  /** The section with this index; 0 is none. */
  public Optional<Section> section(int index) {
    return index > 0 && index < sections.size()
        ? Optional.of(sections.get(index))
        : Optional.empty();
  }

  /** The first section of this name whose bytes are in the file. */
  public Optional<Section> section(String name) throws IOException {
    for (Section section : sections) {
      if (section.type() != Section.NO_BITS && name(section).equals(name)) {
        return Optional.of(section);
      }
    }
    return Optional.empty();
  }

  private String name(Section section) throws IOException {
    return names.isEmpty()
        ? ""
        : string(names.get().offset() + Integer.toUnsignedLong(section.name()), MAX_NAME);
  }

  /** A string that a zero byte ends; empty when it is longer than {@code max} or not there. */
  public String string(long offset, int max) throws IOException {
    int length = Math.clamp(source.length() - offset, 0, max);
    Optional<ByteBuffer> bytes = window.at(offset, length);
    for (int i = 0; bytes.isPresent() && i < length; i++) {
      if (bytes.get().get(i) == 0) {
        byte[] text = new byte[i];
        bytes.get().get(0, text);
        return new String(text, StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  /** What its linker gave it to be known by, NT_GNU_BUILD_ID. */
  public Optional<Bytes> buildId() throws IOException {
    for (ProgramHeader program : programs()) {
      boolean readable =
          program.type() == ProgramHeader.NOTE && program.fileBytes() <= BuildId.MAX_NOTES;
      Optional<ByteBuffer> notes =
          readable ? window.at(program.offset(), (int) program.fileBytes()) : Optional.empty();
      Optional<byte[]> id = notes.flatMap(n -> BuildId.inNotes(n, program.align()));
      if (id.isPresent()) {
        return id.map(Bytes::of);
      }
    }
    return Optional.empty();
  }
}
