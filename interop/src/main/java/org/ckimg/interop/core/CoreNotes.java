package org.ckimg.interop.core;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.interop.Annex;
import org.ckimg.interop.Row;
import org.ckimg.spec.model.Bytes;

/** All notes of a core. */
final class CoreNotes {
  static final int MAX_TID = (1 << 30) - 1;
  private static final String SECTION = "notes";

  /** Who writes cores that are none of a process of Linux. */
  private static final Map<String, String> STRANGERS =
      Map.of(
          "FreeBSD",
          "a process of FreeBSD",
          "NetBSD-CORE",
          "a process of NetBSD",
          "OpenBSD",
          "a process of OpenBSD",
          "VMCOREINFO",
          "a whole kernel",
          "QEMU",
          "a virtual machine");

  private final int machine;
  private final List<ThreadNotes> threads = new ArrayList<>();
  private final Set<Integer> tids = new HashSet<>();
  private final OtherNotes others = new OtherNotes();
  private Optional<ProcessInfo> info = Optional.empty();
  private Optional<Bytes> auxv = Optional.empty();
  private Optional<Note> files = Optional.empty();
  private int repeated;

  private CoreNotes(int machine) {
    this.machine = machine;
  }

  /** Reads what is whole. */
  static CoreNotes read(NoteReader reader, int machine) throws IOException {
    CoreNotes notes = new CoreNotes(machine);
    for (Optional<Note> note = reader.next(); note.isPresent(); note = reader.next()) {
      notes.add(note.get());
    }
    return notes;
  }

  private void add(Note note) throws IOException {
    if (note.isOf(Note.CORE, Note.PRSTATUS)) {
      addThread(note);
    } else if (note.isOf(Note.CORE, Note.PRPSINFO)) {
      info = Optional.of(ProcessInfo.read(note));
    } else if (note.isOf(Note.CORE, Note.AUXV)) {
      addAuxv(note);
    } else if (note.isOf(Note.CORE, Note.FILE)) {
      files = Optional.of(note);
    } else if (isOfThread(note) && !threads.isEmpty()) {
      repeated += threads.getLast().add(note) ? 0 : 1;
    } else {
      refuseStranger(note);
      others.add(note);
    }
  }

  private static boolean isOfThread(Note note) {
    return note.isOf(Note.CORE, Note.FPREGSET)
        || note.isOf(Note.CORE, Note.SIGINFO)
        || note.isOf(Note.LINUX) && note.type() != Note.X86_XSAVE_LAYOUT;
  }

  private void addThread(Note note) throws IOException {
    Status status = Status.read(note, machine);
    if (status.tid() < 1 || status.tid() > MAX_TID || !tids.add(status.tid())) {
      throw CoreRule.THREAD.malformed(
          SECTION,
          note.offset() + Status.TID_AT,
          "thread %d, which is out of range or was there before",
          status.tid());
    }
    threads.add(new ThreadNotes(status));
  }

  private void addAuxv(Note note) throws IOException {
    if (note.length() % AuxVector.PAIR_BYTES != 0) {
      throw CoreRule.AUXV.malformed("AUXV", note.offset(), "%d bytes", note.length());
    }
    auxv = Optional.of(note.bytes());
  }

  private static void refuseStranger(Note note) throws IOException {
    String of = STRANGERS.get(note.owner().toString());
    if (of != null) {
      throw CoreRule.SYSTEM.unsupported(
          SECTION, note.offset(), "this is a core of %s, not of Linux", of);
    }
  }

  /** In the order of the core: the one that a signal hit comes first. */
  List<ThreadNotes> threads() {
    return threads;
  }

  Optional<ProcessInfo> info() {
    return info;
  }

  Optional<Bytes> auxv() {
    return auxv;
  }

  /** The table of mapped files. */
  Optional<Note> files() {
    return files;
  }

  /** What has no place in the model. */
  void report(List<Annex> annexes, List<String> warnings) {
    info.map(CoreNotes::row).ifPresent(row -> annexes.add(new Annex("process-info", List.of(row))));
    List<Row> signals =
        threads.stream()
            .map(ThreadNotes::status)
            .filter(status -> status.signal() != 0)
            .map(CoreNotes::row)
            .toList();
    if (!signals.isEmpty()) {
      annexes.add(new Annex("stopped-by", signals));
    }
    others.report(annexes, warnings);
    if (repeated > 0) {
      warnings.add(repeated + " notes repeat a type that their thread has had: left out");
    }
  }

  private static Row row(Status status) {
    return new Row()
        .put("thread", Integer.toString(status.tid()))
        .put("signal", Integer.toString(status.signal()));
  }

  private static Row row(ProcessInfo info) {
    return new Row()
        .put("state", Bytes.of((byte) info.stateName()))
        .put("nice", Integer.toString(info.nice()))
        .put("flags", "0x%x".formatted(info.flags()))
        .number("uid", info.uid())
        .number("gid", info.gid())
        .put("arguments", info.arguments());
  }
}
