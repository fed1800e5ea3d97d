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
import org.ckimg.spec.model.Vma;

/** What the program headers of a mapped ELF file say of its other mappings. */
final class MappedElf {
  private final SegmentMemory memory;
  private final Host host;
  private final Map<Bytes, Long> heads = new HashMap<>();
  private Bytes lastPath = Bytes.EMPTY;
  private List<ProgramHeader> lastPrograms = List.of();

  /** Of the files in a table. */
  MappedElf(SegmentMemory memory, Host host, List<FileMapping> rows) {
    this.memory = memory;
    this.host = host;
    rows.stream()
        .filter(row -> row.filePage() == 0)
        .forEach(row -> heads.putIfAbsent(row.path(), row.firstPage() << host.pageShift()));
  }

  /**
   * The protection that a loader gives a page of a file.
   *
   * @param filePage page in the file
   * @return empty when the start is not in the core, or is none of an ELF file with this page
   */
  OptionalInt protection(Bytes path, long filePage) throws IOException {
    if (!heads.containsKey(path)) {
      return OptionalInt.empty();
    }
    if (!path.equals(lastPath)) {
      lastPath = path;
      lastPrograms = programs(heads.get(path));
    }
    for (ProgramHeader program : lastPrograms) {
      long first = program.offset() >>> host.pageShift();
      long end = program.offset() + program.fileBytes() + host.pageSize() - 1 >>> host.pageShift();
      if (program.type() == ProgramHeader.LOAD && filePage >= first && filePage < end) {
        return OptionalInt.of(
            ((program.flags() & ProgramHeader.READ) != 0 ? Vma.READ : 0)
                | ((program.flags() & ProgramHeader.WRITE) != 0 ? Vma.WRITE : 0)
                | ((program.flags() & ProgramHeader.EXECUTE) != 0 ? Vma.EXECUTE : 0));
      }
    }
    return OptionalInt.empty();
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
