package org.ckimg.interop.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.x86.XsaveLayout;

/**
 * Notes of a process in the order of the kernel: the thread that a signal hit first, then what is
 * of the whole process, then the other threads.
 */
final class ProcessNotes {
  /** A user or group that is not known; none has this id. */
  private static final int NOBODY = -1;

  private static final int SIGNAL_BITS = 64;

  /** The FXSAVE area, with which an XSAVE area starts. */
  private static final int FXSAVE_BYTES = 512;

  /** From here on it is the kernel's, {@code struct _fpx_sw_bytes}. */
  private static final int FXSAVE_RESERVED_AT = 464;

  private final Checkpoint checkpoint;
  private final ProcessState process;
  private final NoteWriter notes;

  private ProcessNotes(Checkpoint checkpoint, ProcessState process) {
    this.checkpoint = checkpoint;
    this.process = process;
    notes =
        new NoteWriter(
            checkpoint.host().bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * All notes.
   *
   * @param process with a thread that has registers
   */
  static NoteWriter of(Checkpoint checkpoint, ProcessState process) {
    ProcessNotes all = new ProcessNotes(checkpoint, process);
    List<ThreadState> threads = threads(process);
    all.addStatus(threads.getFirst());
    all.addInfo();
    process.auxv().ifPresent(auxv -> all.notes.add(Note.CORE, Note.AUXV, auxv));
    all.addFiles();
    all.addRegisters(threads.getFirst());
    for (ThreadState thread : threads.subList(1, threads.size())) {
      all.addStatus(thread);
      all.addRegisters(thread);
    }
    return all.notes;
  }

  /** Threads that have registers; the one that a signal hit first. */
  static List<ThreadState> threads(ProcessState process) {
    return process.threads().stream()
        .filter(thread -> thread.regset(Regset.NT_PRSTATUS).isPresent())
        .sorted(Comparator.comparing(thread -> thread.regset(Note.SIGINFO).isEmpty()))
        .toList();
  }

  private void addStatus(ThreadState thread) {
    Bytes registers = thread.regset(Regset.NT_PRSTATUS).orElseThrow();
    Optional<Bytes> signal = thread.regset(Note.SIGINFO);
    ByteBuffer status = notes.content(Status.REGISTERS_AT + registers.length() + Status.TAIL_BYTES);
    int number = signal.map(this::firstWord).orElse(0);
    status.putInt(0, number).putShort(Status.SIGNAL_AT, (short) number);
    status.putInt(Status.TID_AT, thread.tid());
    // What is not known may not look as if it were: zero ids say that the masks are not filled in.
    if (thread.blocked().isPresent() && thread.pending().isPresent()) {
      status.putLong(Status.PENDING_AT, mask(thread.pending().get()));
      status.putLong(Status.PENDING_AT + Long.BYTES, thread.blocked().getAsLong());
      putKin(status, Status.TID_AT + Integer.BYTES, process.ids());
    }
    status.put(Status.REGISTERS_AT, registers.toArray());
    status.putInt(Status.REGISTERS_AT + registers.length(), hasVectors(thread) ? 1 : 0);
    notes.add(Note.CORE, Note.PRSTATUS, status);
    signal.ifPresent(info -> notes.add(Note.CORE, Note.SIGINFO, info));
  }

  private int firstWord(Bytes info) {
    return info.length() < Integer.BYTES
        ? 0
        : ByteBuffer.wrap(info.toArray()).order(notes.content(0).order()).getInt();
  }

  private static long mask(List<PendingSignal> pending) {
    return pending.stream()
        .filter(signal -> signal.number() <= SIGNAL_BITS)
        .mapToLong(signal -> 1L << signal.number() - 1)
        .reduce(0, (a, b) -> a | b);
  }

  private static void putKin(ByteBuffer into, int at, ProcessIds ids) {
    into.putInt(at, ids.parent().orElse(0));
    into.putInt(at + Integer.BYTES, ids.group().orElse(0));
    into.putInt(at + 2 * Integer.BYTES, ids.session().orElse(0));
  }

  private static boolean hasVectors(ThreadState thread) {
    return thread.regset(Regset.NT_X86_XSTATE).or(() -> thread.regset(Note.FPREGSET)).isPresent();
  }

  private void addInfo() {
    Optional<Credentials.Ids> ids = process.leader().credentials().map(Credentials::ids);
    Bytes name = process.leader().comm().orElse(Bytes.EMPTY);
    ProcessInfo info =
        new ProcessInfo(
            ProcessInfo.letter(process.state()),
            process.leader().scheduling().map(Scheduling::nice).orElse(0),
            0,
            ids.map(Credentials.Ids::uid).orElse(NOBODY),
            ids.map(Credentials.Ids::gid).orElse(NOBODY),
            process.pid(),
            process.ids().parent().orElse(0),
            process.ids().group().orElse(0),
            process.ids().session().orElse(0),
            name,
            process.cmdline().map(ProcessInfo::arguments).orElse(Bytes.EMPTY));
    ByteBuffer content = notes.content(ProcessInfo.BYTES);
    info.write(content);
    notes.add(Note.CORE, Note.PRPSINFO, content);
  }

  private void addFiles() {
    List<Vma> mapped = process.vmas().stream().filter(vma -> vma.file().isPresent()).toList();
    if (mapped.isEmpty()) {
      return;
    }
    int shift = checkpoint.host().pageShift();
    List<byte[]> paths = mapped.stream().map(vma -> path(vma).toArray()).toList();
    int names = paths.stream().mapToInt(path -> path.length + 1).sum();
    ByteBuffer content =
        notes.content(FileMapping.HEAD_BYTES + mapped.size() * FileMapping.ROW_BYTES + names);
    content.putLong(mapped.size()).putLong(1L << shift);
    for (Vma vma : mapped) {
      content.putLong(vma.firstPage() << shift).putLong(vma.endPage() << shift);
      content.putLong(vma.filePage());
    }
    paths.forEach(path -> content.put(path).put((byte) 0));
    notes.add(Note.CORE, Note.FILE, content);
  }

  private Bytes path(Vma vma) {
    FileFacts file = checkpoint.file(vma.file().getAsInt());
    String end = file.deleted() ? FileTable.DELETED : "";
    byte[] path = file.path().toArray();
    byte[] whole = Arrays.copyOf(path, path.length + end.length());
    byte[] ending = end.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ending, 0, whole, path.length, ending.length);
    return Bytes.of(whole);
  }

  private void addRegisters(ThreadState thread) {
    Optional<Bytes> area = thread.regset(Regset.NT_X86_XSTATE);
    if (checkpoint.host().machine() == Host.X86_64 && thread.regset(Note.FPREGSET).isEmpty()) {
      area.filter(bytes -> bytes.length() >= FXSAVE_BYTES)
          .ifPresent(bytes -> notes.add(Note.CORE, Note.FPREGSET, fxsave(bytes)));
    }
    for (Regset regset : thread.regsets()) {
      switch (regset.noteType()) {
        case Regset.NT_PRSTATUS, Note.SIGINFO -> {}
        case Regset.NT_X86_XSTATE ->
            notes.add(Note.LINUX, regset.noteType(), forDebuggers(regset.data()));
        case Note.FPREGSET -> notes.add(Note.CORE, regset.noteType(), regset.data());
        default -> notes.add(Note.LINUX, regset.noteType(), regset.data());
      }
    }
  }

  private static Bytes fxsave(Bytes area) {
    byte[] bytes = area.slice(0, FXSAVE_BYTES).toArray();
    Arrays.fill(bytes, FXSAVE_RESERVED_AT, FXSAVE_BYTES, (byte) 0);
    return Bytes.of(bytes);
  }

  /**
   * Debuggers take the places of Intel's processors for granted: gdb 13 refuses the area of 2432
   * bytes in a kernel's core from AMD as too small, and no vector register is shown.
   */
  static Bytes forDebuggers(Bytes area) {
    XsaveLayout layout = XsaveLayout.of(area).orElse(XsaveLayout.FULL);
    return layout == XsaveLayout.FULL
        ? area
        : layout.convert(area, XsaveLayout.FULL, XsaveLayout.FULL.bytes(XsaveLayout.xcr0(area)));
  }
}
