package org.ckimg.interop.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Host;

/** What the program headers of a mapped ELF file say of its other mappings. */
final class MappedElf {
  private final SegmentMemory memory;
  private final Host host;

  /** Where the first page of a file is mapped. */
  private final Map<Bytes, Long> heads = new HashMap<>();

  private Bytes lastPath = Bytes.EMPTY;
  private List<ProgramHeader> lastPrograms = List.of();

  /** Of the files in a table. */
  MappedElf(SegmentMemory memory, Host host, List<FileMapping> rows) {
    this.memory = memory;
    this.host = host;
    rows.stream()
        .filter(row -> row.filePage() == 0)
        .forEach(row -> heads.putIfAbsent(row.path(), row.firstPage()));
  }

  /**
   * The protection that a loader gives a page of a file.
   *
   * @param filePage page in the file
   * @param at page of the address space
   * @return empty when the start is not in the core, or a loader would not put this page there
   */
  OptionalInt protection(Bytes path, long filePage, long at) throws IOException {
    Long head = heads.get(path);
    if (head == null) {
      return OptionalInt.empty();
    }
    if (!path.equals(lastPath)) {
      lastPath = path;
      lastPrograms = programs(head << host.pageShift());
    }
    for (ProgramHeader program : lastPrograms) {
      long first = page(program.offset());
      long end = page(program.offset() + program.fileBytes() + host.pageSize() - 1);
      boolean holds = program.type() == ProgramHeader.LOAD && filePage >= first && filePage < end;
      long loadedAt = head + page(program.address()) - page(base()) + filePage - first;
      if (holds && loadedAt == at) {
        return OptionalInt.of(Segments.protection(program.flags()));
      }
    }
    return OptionalInt.empty();
  }

  private long page(long bytes) {
    return bytes >>> host.pageShift();
  }

  /** The address that the program headers give the start of the file. */
  private long base() {
    return lastPrograms.stream()
        .filter(program -> program.type() == ProgramHeader.LOAD && page(program.offset()) == 0)
        .mapToLong(ProgramHeader::address)
        .findFirst()
        .orElse(0);
  }

  private List<ProgramHeader> programs(long head) throws IOException {
    List<ProgramHeader> programs = new ArrayList<>();
    ByteOrder order = host.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    Optional<ByteBuffer> page = memory.bytes(head, host.pageSize());
    if (page.isEmpty() || page.get().getInt(0) != ElfHeader.MAGIC) {
      return programs;
    }
    ElfHeader header = ElfHeader.read(page.get().order(order));
    long at = header.programs();
    for (int i = 0; i < header.programCount(); i++) {
      if (at < 0 || at > host.pageSize() - ProgramHeader.BYTES) {
        return programs;
      }
      programs.add(
          ProgramHeader.read(page.get().slice((int) at, ProgramHeader.BYTES).order(order)));
      at += ProgramHeader.BYTES;
    }
    return programs;
  }
}
