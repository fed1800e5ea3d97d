package org.ckimg.interop.criu;

import static org.ckimg.interop.criu.ProcessTruth.word;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.ckimg.testkit.Comparison;

/** Mappings and how many pages they have. */
final class MemoryTruth {
  private static final int PAGE = 4096;

  private static final Map<Integer, VmaFlag> MAP_FLAGS =
      Map.of(0x100, VmaFlag.GROWSDOWN, 0x2000, VmaFlag.LOCKED, 0x4000, VmaFlag.NORESERVE);

  /** By the number that madvise(2) takes. */
  private static final Map<Integer, VmaFlag> ADVICE =
      Map.of(
          10, VmaFlag.DONTFORK,
          14, VmaFlag.HUGEPAGE,
          15, VmaFlag.NOHUGEPAGE,
          16, VmaFlag.DONTDUMP,
          18, VmaFlag.WIPEONFORK);

  private final Sample sample;
  private final JsonNode truth;
  private final Checkpoint checkpoint;
  private final ProcessState process;
  private final Comparison all;

  MemoryTruth(
      Sample sample, JsonNode truth, Checkpoint checkpoint, ProcessState process, Comparison all) {
    this.sample = sample;
    this.truth = truth;
    this.checkpoint = checkpoint;
    this.process = process;
    this.all = all;
  }

  void compare() throws IOException {
    JsonNode vmas = truth.path("vmas");
    all.equal("memory: mappings", vmas.size(), process.vmas().size());
    for (int i = 0; i < vmas.size(); i++) {
      compare(vmas.get(i), process.vmas().get(i));
    }
    if (truth.has("nr_pages")) {
      pages();
    }
  }

  private void compare(JsonNode expected, Vma vma) throws IOException {
    int status = expected.get("status").asInt();
    all.equal("memory: addresses", word(expected.get("start")), vma.firstPage() * PAGE);
    all.equal("memory: addresses", word(expected.get("end")), vma.endPage() * PAGE);
    all.equal("memory: protection", expected.get("prot").asInt(), vma.protection());
    all.equal("memory: shared", (expected.get("flags").asInt() & 1) != 0, vma.shared());
    all.equal("memory: kinds", kind(expected, status), vma.kind());
    MAP_FLAGS.forEach((bit, flag) -> {
      boolean set = (expected.get("flags").asInt() & bit) != 0;
      all.equal("memory: flags", set, vma.flags().contains(flag));
    });
    ADVICE.forEach((number, flag) -> {
      boolean set = (expected.path("madv").asLong() & 1L << number) != 0;
      all.equal("memory: advice", set, vma.flags().contains(flag));
    });
    if (vma.kind() == Vma.Kind.FILE) {
      String path = checkpoint.file(vma.file().orElseThrow()).path().toString();
      all.equal("memory: files", fileName(expected.get("shmid").asInt()), path);
    }
    if ((status & 0xc0) != 0 && vma.file().isPresent()) {
      all.equal("memory: offsets", word(expected.get("pgoff")), vma.filePage() * PAGE);
    }
    if (vma.object().isPresent()) {
      long place = vma.shared() ? word(expected.get("pgoff")) : word(expected.get("start"));
      all.equal("memory: object places", place, vma.objectPage() * PAGE);
    }
  }

  private String fileName(int id) throws IOException {
    for (JsonNode file : sample.decoded("files")) {
      if (file.get("id").asInt() == id) {
        return file.at("/reg/name").asText();
      }
    }
    throw new IllegalArgumentException("no file " + id);
  }

  private Vma.Kind kind(JsonNode expected, int status) {
    boolean stack =
        Long.compareUnsigned(
                    word(truth.get("mm").get("mm_start_stack")), word(expected.get("start")))
                >= 0
            && Long.compareUnsigned(
                    word(truth.get("mm").get("mm_start_stack")), word(expected.get("end")))
                < 0;
    return switch (status & ~1) {
      case 1 << 2 | 1 << 9 -> Vma.Kind.VSYSCALL;
      case 1 << 3 | 1 << 9 -> Vma.Kind.VDSO;
      case 1 << 5 | 1 << 9 -> Vma.Kind.HEAP;
      case 1 << 6, 1 << 7 -> Vma.Kind.FILE;
      case 1 << 9 -> stack ? Vma.Kind.STACK : Vma.Kind.ANONYMOUS;
      case 1 << 12 | 1 << 9 -> Vma.Kind.VVAR;
      // The samples have one memfd; all else is shared anonymous memory.
      case 1 << 14 | 1 << 7 ->
          word(expected.get("end")) - word(expected.get("start")) == 8 * PAGE
              ? Vma.Kind.MEMFD
              : Vma.Kind.SHM;
      default -> throw new IllegalArgumentException("status " + status);
    };
  }

  private void pages() throws IOException {
    int index = checkpoint.processes().indexOf(process);
    MemoryObject object =
        checkpoint.objects().stream()
            .filter(o -> o.kind() == MemoryObject.Kind.PRIVATE && o.owner().getAsInt() == index)
            .findFirst()
            .orElseThrow();
    PageRuns pages = checkpoint.memory().pages(object.id());
    all.equal("memory: pages", truth.get("nr_pages").asLong(), pages.numPages());
    all.equal("memory: bytes", truth.get("pages_img_bytes").asLong(), pages.numPages() * PAGE);
    for (JsonNode entry : sample.decoded("pagemap-" + process.pid())) {
      if (entry.has("vaddr")) {
        long first = word(entry.get("vaddr")) / PAGE;
        int run = pages.floor(first);
        boolean there = run >= 0 && pages.end(run) >= first + entry.get("nr_pages").asLong();
        all.equal("memory: runs", true, there);
      }
    }
    byte[] page = new byte[PAGE];
    for (int run = 0; run < pages.size(); run++) {
      for (long i = pages.first(run); i < pages.end(run); i++) {
        checkpoint.memory().read(object.id(), i, 1, MemorySegment.ofArray(page));
      }
    }
    List<Vma> withPages =
        process.vmas().stream().filter(v -> v.object().isPresent() && !v.shared()).toList();
    long inMappings = withPages.stream().mapToLong(vma -> count(pages, vma)).sum();
    all.equal("memory: pages in mappings", pages.numPages(), inMappings);
  }

  private static long count(PageRuns pages, Vma vma) {
    long count = 0;
    for (long i = vma.firstPage(); i < vma.endPage(); i++) {
      count += pages.contains(i) ? 1 : 0;
    }
    return count;
  }
}
