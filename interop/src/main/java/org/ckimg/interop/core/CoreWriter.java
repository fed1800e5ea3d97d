package org.ckimg.interop.core;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Set;
import org.ckimg.spec.Finding;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/**
 * Writes a process as an ELF core, as the kernel lays it out: headers, notes, and the bytes of each
 * segment at a multiple of the page size. Memory is read in pieces of {@value #CHUNK_BYTES} bytes.
 */
public final class CoreWriter {
  private static final int CHUNK_BYTES = 1 << 18;

  /** 64-bit machines: PowerPC, S/390, x86-64, ARM, RISC-V, LoongArch. */
  private static final Set<Integer> MACHINES = Set.of(21, 22, Host.X86_64, 183, 243, 258);

  private static final int SECTION_INFO_AT = 44;

  private final Checkpoint checkpoint;
  private final CoreOutput out;
  private final ByteOrder order;
  private final int pageSize;

  private CoreWriter(Checkpoint checkpoint, WritableByteChannel out) {
    this.checkpoint = checkpoint;
    this.out = new CoreOutput(out);
    order = checkpoint.host().bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    pageSize = checkpoint.host().pageSize();
  }

  /**
   * Writes a core front to back.
   *
   * @param process one of the checkpoint's
   * @param supplement pages that the image leaves to the machine
   * @param out need not seek, and is not closed; where it can, zeros become holes
   * @throws UnsupportedImageException when no core can be made of the process; nothing was written
   */
  public static WrittenCore write(
      Checkpoint checkpoint,
      ProcessState process,
      CoreSupplement supplement,
      WritableByteChannel out)
      throws IOException {
    check(checkpoint.host(), process);
    CoreWriter writer = new CoreWriter(checkpoint, out);
    NoteWriter notes = ProcessNotes.of(checkpoint, process);
    List<PlannedSegment> segments = new SegmentPlanner(checkpoint, supplement).plan(process.vmas());
    writer.writeAll(notes, segments);
    return new WrittenCore(
        writer.out.position(), ProcessNotes.threads(process).size(), segments.size());
  }

  private static void check(Host host, ProcessState process) throws IOException {
    if (host.system() != Host.LINUX) {
      throw CoreRule.SYSTEM.unsupported(
          "core", 0, "only cores of Linux are written: others number all else");
    }
    if (!MACHINES.contains(host.machine())) {
      throw refusal("a core of machine %d is not written".formatted(host.machine()));
    }
    if (ProcessNotes.threads(process).isEmpty()) {
      throw refusal("process %d has no thread whose registers are known".formatted(process.pid()));
    }
  }

  private static UnsupportedImageException refusal(String text) {
    return new UnsupportedImageException(new Finding(CoreRule.THREAD, "core", 0, text));
  }

  private void writeAll(NoteWriter notes, List<PlannedSegment> segments) throws IOException {
    int programs = segments.size() + 1;
    long notesAt = ElfHeader.BYTES + (long) programs * ProgramHeader.BYTES;
    long dataAt = notesAt + notes.length() + pageSize - 1 & -pageSize;
    long end = dataAt + bytes(segments);
    boolean many = programs >= ElfHeader.MANY;
    writeHeader(programs, many ? end : 0);
    writePrograms(notesAt, notes.length(), dataAt, segments);
    for (ByteBuffer note : notes.notes()) {
      out.write(note);
    }
    out.padTo(dataAt);
    for (PlannedSegment segment : segments) {
      writeMemory(segment);
    }
    if (many) {
      writeCount(programs);
    }
    out.finish();
  }

  private long bytes(List<PlannedSegment> segments) throws IOException {
    long bytes = 0;
    for (PlannedSegment segment : segments) {
      bytes += segment.storedPages() * pageSize;
      if (bytes < 0 || segment.storedPages() > Long.MAX_VALUE / pageSize / 2) {
        throw refusal("its memory is larger than a file can be");
      }
    }
    return bytes;
  }

  private void writeHeader(int programs, long sections) throws IOException {
    ByteBuffer header = buffer(ElfHeader.BYTES);
    int count = sections == 0 ? programs : ElfHeader.MANY;
    new ElfHeader(
            order,
            0,
            checkpoint.host().machine(),
            ElfHeader.BYTES,
            ProgramHeader.BYTES,
            count,
            sections)
        .write(header);
    out.write(header.flip());
  }

  private void writePrograms(
      long notesAt, long notesBytes, long dataAt, List<PlannedSegment> segments)
      throws IOException {
    write(new ProgramHeader(ProgramHeader.NOTE, 0, notesAt, 0, notesBytes, 0, Integer.BYTES));
    long at = dataAt;
    for (PlannedSegment segment : segments) {
      long stored = segment.storedPages() * pageSize;
      write(
          new ProgramHeader(
              ProgramHeader.LOAD,
              flags(segment.protection()),
              at,
              segment.firstPage() * pageSize,
              stored,
              segment.numPages() * pageSize,
              pageSize));
      at += stored;
    }
  }

  private void write(ProgramHeader program) throws IOException {
    ByteBuffer bytes = buffer(ProgramHeader.BYTES);
    program.write(bytes);
    out.write(bytes.flip());
  }

  private static int flags(int protection) {
    return ((protection & Vma.READ) != 0 ? ProgramHeader.READ : 0)
        | ((protection & Vma.WRITE) != 0 ? ProgramHeader.WRITE : 0)
        | ((protection & Vma.EXECUTE) != 0 ? ProgramHeader.EXECUTE : 0);
  }

  private void writeMemory(PlannedSegment segment) throws IOException {
    if (segment.supplement().isPresent()) {
      Bytes pages = segment.supplement().get();
      out.write(ByteBuffer.wrap(pages.toArray()));
      return;
    }
    int pageShift = checkpoint.host().pageShift();
    int chunkPages = CHUNK_BYTES >>> pageShift;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(CHUNK_BYTES, pageSize);
      for (long done = 0; done < segment.storedPages(); done += chunkPages) {
        int pages = (int) Math.min(chunkPages, segment.storedPages() - done);
        chunk.fill((byte) 0);
        long bytes = (long) pages << pageShift;
        if (segment.layers().read(segment.firstPage() + done, pages, pageShift, chunk)) {
          out.write(chunk.asSlice(0, bytes).asByteBuffer());
        } else {
          out.skip(bytes);
        }
      }
    }
  }

  /** PN_XNUM: the number of program headers stands in a section header at the end. */
  private void writeCount(int programs) throws IOException {
    ByteBuffer section = buffer(ElfHeader.SECTION_BYTES);
    section.putLong(Long.BYTES * 4, 1).putInt(SECTION_INFO_AT, programs);
    out.write(section);
  }

  private ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(order);
  }
}
