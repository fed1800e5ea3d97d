package org.ckimg.tools.triage;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.interop.ByteSource;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.mem.RunCache;
import org.ckimg.tools.symbols.Place;
import org.ckimg.tools.text.Human;

/** Compares pages of code that the image has with those of the file. */
final class CodeComparison {
  private static final int MOST_RANGES = 16;
  private static final int SHOWN_BYTES = 16;

  /** Changes that lie so near to each other are one. */
  private static final int JOINED_BYTES = 8;

  private final Scene scene;
  private final RunCache runs;
  private final int shift;

  CodeComparison(Scene scene) {
    this.scene = scene;
    this.runs = new RunCache(scene.checkpoint().memory());
    this.shift = scene.checkpoint().host().pageShift();
  }

  /** Bytes that differ: their addresses, and what they are in both. */
  private record Change(long start, byte[] file, byte[] memory) {
    long end() {
      return start + memory.length;
    }
  }

  void run() throws IOException {
    for (Vma vma : scene.process().vmas()) {
      Optional<FileFacts> file = scene.file(vma);
      boolean code = (vma.protection() & Vma.EXECUTE) != 0 && !vma.shared();
      if (code && file.isPresent()) {
        compare(vma, file.get());
      }
    }
  }

  private void compare(Vma vma, FileFacts file) throws IOException {
    List<Long> pages = pages(vma);
    if (pages.isEmpty()) {
      return;
    }
    Optional<ByteSource> source = scene.symbolizer().source(file);
    if (source.isEmpty()) {
      notCompared(vma, file, pages);
      return;
    }
    List<Change> changes = new ArrayList<>();
    long bytes = 0;
    for (long page : pages) {
      bytes += compare(vma, page, source.get(), changes);
    }
    if (bytes > 0) {
      changed(vma, file, changes, bytes);
    }
  }

  /** Pages that the image has for a mapping, as numbers of the address space. */
  private List<Long> pages(Vma vma) throws IOException {
    PageRuns has = runs.of(vma.object());
    long end = vma.objectPage() + vma.numPages();
    List<Long> pages = new ArrayList<>();
    for (int run = Math.max(0, has.floor(vma.objectPage()));
        run < has.size() && has.first(run) < end;
        run++) {
      long last = Math.min(end, has.end(run));
      for (long page = Math.max(vma.objectPage(), has.first(run)); page < last; page++) {
        pages.add(page - vma.objectPage() + vma.firstPage());
      }
    }
    return pages;
  }

  /** Adds what differs on a page; the number of bytes. */
  private int compare(Vma vma, long page, ByteSource source, List<Change> changes)
      throws IOException {
    byte[] memory = new byte[1 << shift];
    byte[] file = new byte[1 << shift];
    OptionalInt object = vma.object();
    scene
        .checkpoint()
        .memory()
        .read(
            object.orElseThrow(),
            page - vma.firstPage() + vma.objectPage(),
            1,
            MemorySegment.ofArray(memory));
    source.read(page - vma.firstPage() + vma.filePage() << shift, ByteBuffer.wrap(file));
    int bytes = 0;
    int start = -1;
    int last = -1;
    for (int i = 0; i < memory.length; i++) {
      if (memory[i] != file[i]) {
        bytes++;
        if (start >= 0 && i - last > JOINED_BYTES) {
          add(changes, page, start, last, file, memory);
          start = -1;
        }
        start = start < 0 ? i : start;
        last = i;
      }
    }
    if (start >= 0) {
      add(changes, page, start, last, file, memory);
    }
    return bytes;
  }

  private void add(
      List<Change> changes, long page, int start, int last, byte[] file, byte[] memory) {
    changes.add(
        new Change(
            (page << shift) + start,
            Arrays.copyOfRange(file, start, last + 1),
            Arrays.copyOfRange(memory, start, last + 1)));
  }

  private void changed(Vma vma, FileFacts file, List<Change> changes, long bytes)
      throws IOException {
    Map<String, String> evidence =
        Evidence.of("mapping", scene.range(vma), "file", file.path(), "bytes", bytes);
    for (Change change : changes.subList(0, Math.min(MOST_RANGES, changes.size()))) {
      String name = "%x-%x".formatted(change.start, change.end());
      String where = scene.symbols().at(change.start).map(Place::toString).orElse("");
      evidence.put(
          name, "%s: file %s, memory %s".formatted(where, hex(change.file), hex(change.memory)));
    }
    if (changes.size() > MOST_RANGES) {
      evidence.put("more", changes.size() - MOST_RANGES + " ranges");
    }
    scene.add(
        TriageRule.CODE_CHANGED,
        scene.range(vma),
        "%s of code in %s not those of %s"
            .formatted(
                Human.count(bytes, "byte"), Human.count(changes.size(), "place"), file.path()),
        evidence);
  }

  private static String hex(byte[] bytes) {
    int shown = Math.min(SHOWN_BYTES, bytes.length);
    return HexFormat.ofDelimiter(" ").formatHex(bytes, 0, shown)
        + (shown < bytes.length ? " …" : "");
  }

  /** Cores have pages that nobody wrote to; of others a page says that somebody did. */
  private void notCompared(Vma vma, FileFacts file, List<Long> pages) {
    boolean own = isOfCriu(vma, pages);
    boolean written = scene.subject().hasAllTouchedPages() && !own;
    String why = written ? ", so they were written to" : own ? ", where criu calls from" : "";
    scene.add(
        TriageRule.CODE_CHANGED,
        written ? Severity.MEDIUM : Severity.INFO,
        scene.range(vma),
        "%s of code in the image%s; %s is not here to compare"
            .formatted(Human.count(pages.size(), "page"), why, file.path()),
        Evidence.of(
            "mapping",
            scene.range(vma),
            "file",
            file.path(),
            "first",
            Evidence.hex(pages.getFirst() << shift),
            "pages",
            pages.size()));
  }

  /**
   * To make system calls for a program, criu writes an instruction where the first executable
   * mapping starts, and takes it back; the page is the program's own from then on.
   */
  private boolean isOfCriu(Vma vma, List<Long> pages) {
    boolean first =
        scene.process().vmas().stream()
            .filter(other -> (other.protection() & Vma.EXECUTE) != 0)
            .findFirst()
            .filter(other -> other == vma)
            .isPresent();
    return first
        && scene.subject().source().equals("criu")
        && pages.equals(List.of(vma.firstPage()));
  }
}
