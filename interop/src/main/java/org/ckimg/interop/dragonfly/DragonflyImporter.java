package org.ckimg.interop.dragonfly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.interop.Annex;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Row;
import org.ckimg.interop.core.CoreImage;
import org.ckimg.interop.core.ElfFile;
import org.ckimg.interop.core.ElfHeader;
import org.ckimg.interop.core.ProgramHeader;
import org.ckimg.interop.core.SegmentMemory;
import org.ckimg.interop.core.Segments;
import org.ckimg.spec.Finding;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;

/** Makes one process of a checkpoint. */
final class DragonflyImporter {
  private static final String FORMAT = "dragonfly";
  private static final int PAGE_SHIFT = 12;
  private static final int PAGE = 1 << PAGE_SHIFT;
  private static final int NT_PRFPREG = 2;
  private static final int VM_BYTES = 96;

  private final ByteSource source;
  private final ElfFile file;
  private final HandleTable handles = new HandleTable();
  private final List<Annex> annexes = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private DragonflyImporter(ByteSource source, ElfFile file) {
    this.source = source;
    this.file = file;
  }

  /** Reads all but memory. */
  static CoreImage read(ByteSource source) throws IOException {
    return new DragonflyImporter(source, ElfFile.read(source)).image();
  }

  private CoreImage image() throws IOException {
    ProgramHeader notesAt = checkHeaders();
    long memoryAt = memoryAt();
    RecordReader in = new RecordReader(source, notesAt.offset(), memoryAt);
    NoteRecords notes = NoteRecords.read(in, notesEnd(notesAt, memoryAt), noteHeader());
    ByteBuffer vm = in.take("memory sizes", VM_BYTES);
    annex("dragonfly", List.of(row(notes, vm)));
    List<MappedFile> mapped = MappedFile.read(in);
    SignalRecord signals = SignalRecord.read(in, findings);
    List<OpenRecord> open = OpenRecord.read(in, findings);
    checkPadding(in);
    Segments segments = Segments.of(file, PAGE_SHIFT, source.length());
    SegmentMemory memory = new SegmentMemory(source, segments, PAGE_SHIFT);
    List<Vma> vmas = new MappingTable(handles).build(segments.list(), mapped);
    List<OpenFile> descriptions = descriptions(open);
    ProcessState process = process(notes, signals, vmas, open);
    report(notes, signals, mapped, segments);
    Checkpoint checkpoint =
        new Checkpoint(
            host(),
            Optional.empty(),
            true,
            List.of(process),
            descriptions,
            handles.files(),
            List.of(),
            List.of(),
            List.of(SegmentMemory.object()),
            Optional.empty(),
            List.of(),
            memory);
    return new CoreImage(
        FORMAT, source, checkpoint, segments.missingBytes() == 0, annexes, findings, warnings);
  }

  /** DragonFly reads the file from front to back; so it must lie as that expects. */
  private ProgramHeader checkHeaders() throws IOException {
    ElfHeader header = file.header();
    if (header.osabi() != 0) {
      throw DragonflyRule.HEADER.unsupported("header", 7, "system %d, not 0", header.osabi());
    }
    if (file.missing() > 0) {
      throw DragonflyRule.HEADER.malformed(
          "header", source.length(), "%d program headers are missing", file.missing());
    }
    ProgramHeader notes = file.programs().getFirst();
    long end = ElfHeader.BYTES + (long) file.programs().size() * ProgramHeader.BYTES;
    boolean loads = file.programs().stream().skip(1).allMatch(p -> p.type() == ProgramHeader.LOAD);
    if (header.programs() != ElfHeader.BYTES
        || notes.type() != ProgramHeader.NOTE
        || notes.offset() != end
        || !loads) {
      throw DragonflyRule.HEADER.malformed(
          "header",
          header.programs(),
          "program headers at 0x%x, the first of type %d for 0x%x",
          header.programs(),
          notes.type(),
          notes.offset());
    }
    return notes;
  }

  private static long notesEnd(ProgramHeader notes, long memoryAt) throws IOException {
    if (notes.fileBytes() < 0 || notes.fileBytes() > memoryAt - notes.offset()) {
      throw DragonflyRule.NOTES.malformed(
          "notes", notes.offset(), "%d bytes of notes", notes.fileBytes());
    }
    return notes.offset() + notes.fileBytes();
  }

  private int noteHeader() throws IOException {
    OptionalInt header = DragonflyImages.noteHeader(source);
    if (header.isEmpty()) {
      throw DragonflyRule.HEADER.unsupported("header", 18, "not of a process of x86-64");
    }
    return header.getAsInt();
  }

  /** Where records must have ended. */
  private long memoryAt() throws IOException {
    long at = Long.MAX_VALUE;
    for (ProgramHeader program : file.programs().subList(1, file.programs().size())) {
      if (program.offset() < 0 || program.offset() % PAGE != 0) {
        throw DragonflyRule.RECORD.malformed(
            "header", ElfHeader.BYTES, "memory at 0x%x of the file", program.offset());
      }
      at = Math.min(at, program.offset());
    }
    return at == Long.MAX_VALUE ? source.length() : at;
  }

  private void checkPadding(RecordReader in) throws IOException {
    long left = Math.min(in.remaining(), source.length() - in.position());
    long at = in.position();
    ByteBuffer padding = in.take("padding", (int) Math.min(left, PAGE));
    boolean zero = left < PAGE;
    while (zero && padding.hasRemaining()) {
      zero = padding.get() == 0;
    }
    if (!zero) {
      findings.add(
          DragonflyRule.PADDING.finding("padding", at, "%d bytes, not all of them zero", left));
    }
  }

  private static Row row(NoteRecords notes, ByteBuffer vm) {
    return new Row()
        .number("release", notes.release())
        .number("signal", notes.threads().getFirst().signal())
        .number("data-pages", vm.getLong(0))
        .number("text-pages", vm.getLong(8))
        .put("data-at", "0x%x".formatted(vm.getLong(48)))
        .put("text-at", "0x%x".formatted(vm.getLong(56)));
  }

  private void annex(String name, List<Row> rows) {
    if (!rows.isEmpty()) {
      annexes.add(new Annex(name, rows));
    }
  }

  private static Host host() {
    return new Host(
        false,
        Host.X86_64,
        Host.DRAGONFLY,
        PAGE_SHIFT,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  private void report(
      NoteRecords notes, SignalRecord signals, List<MappedFile> mapped, Segments segments) {
    annex("file-handles", handles.rows());
    annex("high-signals", signals.high());
    annex("lost", Losses.of(notes.threads().size(), mapped.size(), handles.unknown()));
    warnings.add(
        "the process's id is not in the file: that of the thread that took the checkpoint, %d,"
                .formatted(notes.threads().getFirst().id())
            + " stands for it");
    warnings.add("the format does not keep all that a program has: the annex lost names what");
    if (segments.missingBytes() > 0) {
      warnings.add(
          "the checkpoint is cut short: %d bytes of memory are missing"
              .formatted(segments.missingBytes()));
    }
  }

  private List<OpenFile> descriptions(List<OpenRecord> open) {
    List<OpenFile> descriptions = new ArrayList<>();
    for (OpenRecord record : open) {
      descriptions.add(
          new OpenFile(
              descriptions.size() + 1,
              FdType.OTHER,
              OptionalInt.of(handles.id(record.handle())),
              record.flags(),
              OptionalLong.of(record.offset()),
              Optional.empty(),
              OptionalInt.empty(),
              Optional.empty(),
              true));
      if (record.isCheckpoint()) {
        warnings.add("descriptor %d is the checkpoint itself".formatted(record.number()));
      }
    }
    return descriptions;
  }

  private static ProcessState process(
      NoteRecords notes, SignalRecord signals, List<Vma> vmas, List<OpenRecord> open) {
    List<FdEntry> fds = new ArrayList<>();
    for (OpenRecord record : open) {
      fds.add(new FdEntry(record.number(), fds.size() + 1, false));
    }
    int pid = notes.threads().getFirst().id();
    return new ProcessState(
        new ProcessIds(pid, OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty()),
        RunState.RUNNING,
        OptionalInt.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        SharedWith.NOBODY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ProcessAttributes.UNKNOWN.withExitSignal(signals.exitSignal()),
        threads(notes, signals),
        Optional.of(signals.actions()),
        Optional.empty(),
        signals.timer().stream().toList(),
        List.of(),
        vmas,
        fds,
        List.of());
  }

  /** The one that took the checkpoint first, then by id. */
  private static List<ThreadState> threads(NoteRecords notes, SignalRecord signals) {
    List<ThreadState> threads = new ArrayList<>();
    for (NoteRecords.Thread thread : notes.threads()) {
      boolean first = threads.isEmpty();
      threads.add(
          new ThreadState(
              thread.id(),
              first ? Optional.of(notes.name()) : Optional.<Bytes>empty(),
              List.of(
                  new Regset(Regset.NT_PRSTATUS, thread.registers()),
                  new Regset(NT_PRFPREG, thread.floating())),
              first ? OptionalLong.of(signals.blocked()) : OptionalLong.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              OptionalLong.empty(),
              OptionalInt.empty(),
              Optional.empty(),
              List.of(),
              Optional.empty(),
              Optional.empty(),
              false));
    }
    threads.subList(1, threads.size()).sort(Comparator.comparingInt(ThreadState::tid));
    return threads;
  }
}
