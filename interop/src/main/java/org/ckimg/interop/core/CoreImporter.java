package org.ckimg.interop.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.interop.Annex;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vdso;
import org.ckimg.spec.model.Vma;

/** Makes one process of a core. */
final class CoreImporter {
  private static final int DEFAULT_PAGE_SHIFT = 12;
  private static final int MAX_XSAVE_BYTES = 1 << 16;
  private static final int MAX_VDSO_PAGES = 64;

  /** Where an XSAVE area of the kernel has XCR0, {@code struct _fpx_sw_bytes}. */
  private static final int XCR0_AT = 464;

  private final ByteSource source;
  private final ElfFile file;
  private final List<String> warnings = new ArrayList<>();
  private final List<Annex> annexes = new ArrayList<>();
  private boolean complete = true;

  private CoreImporter(ByteSource source, ElfFile file) {
    this.source = source;
    this.file = file;
  }

  /** Reads all but memory. */
  static CoreImage read(ByteSource source) throws IOException {
    return new CoreImporter(source, ElfFile.read(source)).image();
  }

  private CoreImage image() throws IOException {
    CoreNotes notes = notes();
    Optional<AuxVector> auxv = notes.auxv().map(bytes -> new AuxVector(bytes, order()));
    int pageShift = pageShift(auxv);
    Segments segments = Segments.of(file, pageShift, source.length());
    reportMissing(segments);
    SegmentMemory memory = new SegmentMemory(source, segments, pageShift);
    List<FileMapping> rows =
        notes.files().isPresent() ? FileMapping.read(notes.files().get(), pageShift) : List.of();
    Host bare = host(pageShift, notes, Optional.empty());
    MappingBuilder mappings = new MappingBuilder(bare, auxv, rows, memory);
    List<Vma> vmas = mappings.build(segments.list());
    mappings.report(annexes, warnings);
    notes.report(annexes, warnings);
    Host host = host(pageShift, notes, vdso(vmas, memory, pageShift));
    ProcessBuilder process = new ProcessBuilder(notes, vmas, pageShift);
    process.find(auxv, memory);
    Checkpoint checkpoint =
        new Checkpoint(
            host,
            Optional.empty(),
            false,
            List.of(process.build(threads(notes))),
            List.of(),
            mappings.files().files(),
            List.of(),
            List.of(),
            List.of(SegmentMemory.object()),
            Optional.empty(),
            List.of(),
            memory);
    return new CoreImage(
        CoreImage.FORMAT, source, checkpoint, complete, annexes, List.of(), warnings);
  }

  private ByteOrder order() {
    return file.header().order();
  }

  private void cut(String text, Object... arguments) {
    complete = false;
    warnings.add("the core is cut short: " + text.formatted(arguments));
  }

  private CoreNotes notes() throws IOException {
    if (file.missing() > 0) {
      cut("%d program headers are missing", file.missing());
    }
    List<ProgramHeader> found =
        file.programs().stream().filter(p -> p.type() == ProgramHeader.NOTE).toList();
    if (found.isEmpty() && file.missing() == 0) {
      throw CoreRule.HEADERS.malformed(
          "program headers", file.header().programs(), "none of type note");
    }
    if (found.size() > 1) {
      warnings.add("%d segments of notes: only the first is read".formatted(found.size()));
    }
    ProgramHeader program =
        found.isEmpty()
            ? new ProgramHeader(ProgramHeader.NOTE, 0, 0, 0, 0, 0, 0)
            : found.getFirst();
    NoteReader reader = new NoteReader(source, order(), program);
    CoreNotes notes = CoreNotes.read(reader, file.header().machine());
    if (reader.cut() || found.isEmpty()) {
      cut("notes are missing, perhaps of threads");
    } else if (notes.threads().isEmpty()) {
      throw CoreRule.THREAD.malformed("notes", program.offset(), "there is no status of a thread");
    }
    return notes;
  }

  private void reportMissing(Segments segments) {
    if (segments.missingBytes() > 0) {
      cut("%d bytes of memory are missing", segments.missingBytes());
    }
  }

  /** What the program itself was told, else what the segments are aligned to. */
  private int pageShift(Optional<AuxVector> auxv) {
    OptionalLong told = auxv.map(v -> v.value(AuxVector.PAGESZ)).orElse(OptionalLong.empty());
    long align =
        file.programs().stream()
            .filter(p -> p.type() == ProgramHeader.LOAD)
            .mapToLong(ProgramHeader::align)
            .findFirst()
            .orElse(0);
    long size = told.orElse(align);
    return size == 1 << 14 ? 14 : size == 1 << 16 ? 16 : DEFAULT_PAGE_SHIFT;
  }

  private Host host(int pageShift, CoreNotes notes, Optional<Vdso> vdso) {
    Optional<Bytes> xsave =
        notes.threads().stream()
            .flatMap(thread -> thread.regset(Regset.NT_X86_XSTATE).stream())
            .findFirst()
            .filter(area -> file.header().machine() == Host.X86_64)
            .filter(area -> area.length() >= XCR0_AT + Long.BYTES)
            .filter(area -> area.length() <= MAX_XSAVE_BYTES);
    long xcr0 =
        xsave
            .map(a -> ByteBuffer.wrap(a.toArray()).order(ByteOrder.LITTLE_ENDIAN).getLong(XCR0_AT))
            .orElse(0L);
    return new Host(
        order() == ByteOrder.BIG_ENDIAN,
        file.header().machine(),
        Host.LINUX,
        pageShift,
        Optional.empty(),
        Optional.empty(),
        xcr0 == 0 ? OptionalLong.empty() : OptionalLong.of(xcr0),
        xcr0 == 0 ? OptionalInt.empty() : OptionalInt.of(xsave.orElseThrow().length()),
        vdso);
  }

  /** Its digest, when all of its pages are there. */
  private static Optional<Vdso> vdso(List<Vma> vmas, SegmentMemory memory, int pageShift)
      throws IOException {
    Optional<Vma> vma = vmas.stream().filter(v -> v.kind() == Vma.Kind.VDSO).findFirst();
    if (vma.isEmpty() || vma.get().numPages() > MAX_VDSO_PAGES) {
      return Optional.empty();
    }
    return memory
        .bytes(vma.get().firstPage() << pageShift, (int) vma.get().numPages() << pageShift)
        .map(pages -> new Vdso(sha256(pages), Optional.empty()));
  }

  private static Digest sha256(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes);
      return Digest.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** The leader first, then by id. */
  private List<ThreadState> threads(CoreNotes notes) {
    int pid = ProcessBuilder.pid(notes);
    // A core has a place for the name also where its writer did not know one.
    Optional<Bytes> name = notes.info().map(ProcessInfo::name).filter(n -> n.length() > 0);
    List<ThreadState> threads = new ArrayList<>();
    for (ThreadNotes thread : notes.threads()) {
      boolean leads = thread.status().tid() == pid;
      threads.add(thread.toState(file.header().machine(), leads ? name : Optional.empty()));
    }
    if (threads.stream().noneMatch(thread -> thread.tid() == pid)) {
      threads.add(ThreadNotes.unknown(pid, name));
      warnings.add(
          notes.threads().isEmpty()
              ? "nothing is known of threads; 0 stands for the process's id where that is cut away"
              : "thread %d, the first of the process, is not in the core: it had ended"
                  .formatted(pid));
    }
    threads.sort(
        Comparator.<ThreadState>comparingInt(thread -> thread.tid() == pid ? 0 : 1)
            .thenComparingInt(ThreadState::tid));
    return threads;
  }
}
