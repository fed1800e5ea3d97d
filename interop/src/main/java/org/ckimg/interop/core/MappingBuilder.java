package org.ckimg.interop.core;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.interop.Annex;
import org.ckimg.interop.Row;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/**
 * Mappings from segments and the table of files. gdb leaves a mapping out whose pages are all in
 * its file: the table still has it, and the program headers of the mapped ELF file have its
 * protection.
 */
final class MappingBuilder {
  /** Where every x86-64 process has the page for programs that call time(2) as in 2002. */
  private static final long VSYSCALL = 0xffffffffff600000L;

  private final Host host;
  private final Optional<AuxVector> auxv;
  private final List<FileMapping> rows;
  private final MappedElf elf;
  private final FileTable files = new FileTable();
  private final List<Row> assumed = new ArrayList<>();
  private int crossing;

  MappingBuilder(
      Host host, Optional<AuxVector> auxv, List<FileMapping> rows, SegmentMemory memory) {
    this.host = host;
    this.auxv = auxv;
    this.rows = rows;
    elf = new MappedElf(memory, host, rows);
  }

  /** All mappings, by address. */
  List<Vma> build(List<Segment> segments) throws IOException {
    List<Vma> vmas = new ArrayList<>();
    int row = 0;
    for (Segment segment : segments) {
      while (row < rows.size() && rows.get(row).endPage() <= segment.firstPage()) {
        row++;
      }
      vmas.add(vma(segment, row < rows.size() ? fileOf(segment, rows.get(row)) : Optional.empty()));
    }
    addMissing(vmas, segments);
    vmas.sort(Comparator.comparingLong(Vma::firstPage));
    return vmas;
  }

  private Optional<FileMapping> fileOf(Segment segment, FileMapping row) {
    if (row.covers(segment.firstPage(), segment.endPage())) {
      return Optional.of(row);
    }
    if (row.firstPage() < segment.endPage()) {
      crossing++;
    }
    return Optional.empty();
  }

  /** Files and their ids; complete after {@link #build}. */
  FileTable files() {
    return files;
  }

  /** Says which protections are not in the core. */
  void report(List<Annex> annexes, List<String> warnings) {
    if (!assumed.isEmpty()) {
      annexes.add(new Annex("assumed-protection", assumed));
      warnings.add(
          "%d mapped files have no segment, and their protection is not in the core: shown as r--"
              .formatted(assumed.size()));
    }
    if (crossing > 0) {
      warnings.add(
          "%d segments are partly of a mapped file, and partly not: shown without the file"
              .formatted(crossing));
    }
  }

  private void addMissing(List<Vma> vmas, List<Segment> segments) throws IOException {
    int next = 0;
    for (FileMapping row : rows) {
      long page = row.firstPage();
      while (next < segments.size() && segments.get(next).endPage() <= page) {
        next++;
      }
      for (int at = next; page < row.endPage(); at++) {
        long until =
            at < segments.size()
                ? Math.min(segments.get(at).firstPage(), row.endPage())
                : row.endPage();
        if (until > page) {
          vmas.add(missing(row, page, until));
        }
        page = at < segments.size() ? Math.max(page, segments.get(at).endPage()) : row.endPage();
      }
    }
  }

  private Vma missing(FileMapping row, long first, long end) throws IOException {
    long filePage = row.filePage() + first - row.firstPage();
    OptionalInt known = elf.protection(row.path(), filePage, first);
    if (known.isEmpty()) {
      assumed.add(assumption(row, first, end));
    }
    return vma(Segment.bare(first, end - first, known.orElse(Vma.READ)), Optional.of(row));
  }

  private Row assumption(FileMapping row, long first, long end) {
    return new Row()
        .put("start", "0x%x".formatted(first << host.pageShift()))
        .put("end", "0x%x".formatted(end << host.pageShift()))
        .put("path", row.path());
  }

  private Vma vma(Segment segment, Optional<FileMapping> row) {
    boolean stored = segment.storedPages() > 0;
    return new Vma(
        kind(segment, row),
        segment.firstPage(),
        segment.numPages(),
        segment.protection(),
        EnumSet.noneOf(VmaFlag.class),
        stored ? OptionalInt.of(SegmentMemory.OBJECT) : OptionalInt.empty(),
        stored ? segment.firstPage() : 0,
        row.map(r -> OptionalInt.of(files.id(r.path()))).orElse(OptionalInt.empty()),
        row.map(r -> r.filePage() + segment.firstPage() - r.firstPage()).orElse(0L),
        Optional.empty(),
        Optional.empty());
  }

  private Vma.Kind kind(Segment segment, Optional<FileMapping> row) {
    if (row.isPresent()) {
      return kind(row.get().path());
    }
    if (starts(segment, AuxVector.SYSINFO_EHDR)) {
      return Vma.Kind.VDSO;
    }
    if (holds(segment, AuxVector.RANDOM)) {
      return Vma.Kind.STACK;
    }
    return host.machine() == Host.X86_64 && segment.firstPage() == VSYSCALL >>> host.pageShift()
        ? Vma.Kind.VSYSCALL
        : Vma.Kind.ANONYMOUS;
  }

  private static Vma.Kind kind(Bytes path) {
    if (path.startsWith("/memfd:")) {
      return Vma.Kind.MEMFD;
    }
    if (path.startsWith("/SYSV")) {
      return Vma.Kind.SYSV;
    }
    return path.equals(Bytes.utf8("/dev/zero (deleted)")) ? Vma.Kind.SHM : Vma.Kind.FILE;
  }

  private boolean starts(Segment segment, int type) {
    OptionalLong address = value(type);
    return address.isPresent() && address.getAsLong() == segment.firstPage() << host.pageShift();
  }

  private boolean holds(Segment segment, int type) {
    OptionalLong address = value(type);
    if (address.isEmpty()) {
      return false;
    }
    long page = address.getAsLong() >>> host.pageShift();
    return page >= segment.firstPage() && page < segment.endPage();
  }

  private OptionalLong value(int type) {
    return auxv.map(vector -> vector.value(type)).orElse(OptionalLong.empty());
  }
}
