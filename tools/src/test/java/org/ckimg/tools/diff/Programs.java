package org.ckimg.tools.diff;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.ckimg.reader.PageRun;
import org.ckimg.reader.PageTotals;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Rseq;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.ckimg.tools.input.ImageFacts;
import org.ckimg.tools.input.PageKinds;
import org.ckimg.tools.input.Subject;

/** A program put together from what a test is about; nothing else is known of it. */
final class Programs {
  static final int PAGE = 4096;

  private String format = ImageFacts.CKIMG;
  private final Map<Integer, List<FdEntry>> fds = new TreeMap<>();
  private final List<Process> processes = new ArrayList<>();
  private final List<OpenFile> descriptions = new ArrayList<>();
  private final List<FileFacts> files = new ArrayList<>();
  private final Map<Integer, Map<Long, byte[]>> pages = new HashMap<>();

  /** One process. */
  record Process(int pid, int parent, long startNanos, String exe, List<Vma> vmas, long rseq) {}

  Programs format(String name) {
    format = name;
    return this;
  }

  Programs process(int pid, Vma... vmas) {
    processes.add(new Process(pid, 0, 0, "", List.of(vmas), 0));
    return this;
  }

  Programs process(int pid, int parent, long startNanos, String exe) {
    processes.add(new Process(pid, parent, startNanos, exe, List.of(), 0));
    return this;
  }

  Programs processWithRseq(int pid, long rseq, Vma... vmas) {
    processes.add(new Process(pid, 0, 0, "", List.of(vmas), rseq));
    return this;
  }

  /** A page of object 1, which is that of the first process. */
  Programs page(long page, byte[] bytes) {
    return page(1, page, bytes);
  }

  Programs page(int object, long page, byte[] bytes) {
    pages.computeIfAbsent(object, _ -> new TreeMap<>()).put(page, bytes);
    return this;
  }

  /** A descriptor of the process with this pid, with a description of its own. */
  Programs fd(int pid, int number, FdType type, String path, Optional<FdState> state) {
    int file = file(path);
    int id = descriptions.size() + 1;
    descriptions.add(
        new OpenFile(
            id,
            type,
            OptionalInt.of(file),
            0,
            OptionalLong.of(0),
            Optional.empty(),
            OptionalInt.empty(),
            state,
            true));
    fds.computeIfAbsent(pid, _ -> new ArrayList<>()).add(new FdEntry(number, id, false));
    return this;
  }

  private int file(String path) {
    files.add(FileFacts.named(files.size() + 1, Bytes.utf8(path), false));
    return files.size();
  }

  static Vma anonymous(long firstPage, long numPages, int protection) {
    return new Vma(
        Vma.Kind.ANONYMOUS,
        firstPage,
        numPages,
        protection,
        Set.of(),
        OptionalInt.of(1),
        firstPage,
        OptionalInt.empty(),
        0,
        Optional.empty(),
        Optional.empty());
  }

  static Vma shared(long firstPage, long numPages, int object, long objectPage) {
    return new Vma(
        Vma.Kind.SHM,
        firstPage,
        numPages,
        Vma.READ | Vma.WRITE,
        Set.of(VmaFlag.SHARED),
        OptionalInt.of(object),
        objectPage,
        OptionalInt.empty(),
        0,
        Optional.empty(),
        Optional.empty());
  }

  /** A private mapping of the file with this id. */
  static Vma file(long firstPage, long numPages, int file) {
    return new Vma(
        Vma.Kind.FILE,
        firstPage,
        numPages,
        Vma.READ | Vma.EXECUTE,
        Set.of(),
        OptionalInt.of(1),
        firstPage,
        OptionalInt.of(file),
        0,
        Optional.empty(),
        Optional.empty());
  }

  Subject build() {
    List<ProcessState> states = processes.stream().map(this::state).toList();
    int objects = pages.keySet().stream().mapToInt(Integer::intValue).max().orElse(1);
    List<MemoryObject> list = new ArrayList<>();
    for (int id = 1; id <= objects; id++) {
      list.add(
          new MemoryObject(
              id,
              id == 1 ? MemoryObject.Kind.PRIVATE : MemoryObject.Kind.SHARED,
              0,
              OptionalInt.empty(),
              OptionalInt.empty()));
    }
    Checkpoint checkpoint =
        new Checkpoint(
            new Host(
                false,
                Host.X86_64,
                1,
                12,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                Optional.empty()),
            Optional.empty(),
            false,
            states,
            descriptions,
            files,
            List.of(),
            List.of(),
            list,
            Optional.empty(),
            List.of(),
            new HeapMemory(pages));
    ImageFacts facts =
        new ImageFacts(
            "test",
            format,
            Optional.empty(),
            0,
            true,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    return new Subject(facts, checkpoint, new Uncounted());
  }

  private ProcessState state(Process process) {
    ThreadState thread =
        new ThreadState(
            process.pid,
            Optional.empty(),
            List.of(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            process.rseq == 0 ? Optional.empty() : Optional.of(new Rseq(process.rseq, 32, 0, 0)),
            OptionalLong.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            false);
    return new ProcessState(
        new ProcessIds(
            process.pid,
            process.parent == 0 ? OptionalInt.empty() : OptionalInt.of(process.parent),
            OptionalInt.empty(),
            OptionalInt.empty()),
        RunState.SLEEPING,
        OptionalInt.empty(),
        process.startNanos == 0 ? OptionalLong.empty() : OptionalLong.of(process.startNanos),
        process.exe.isEmpty() ? OptionalInt.empty() : OptionalInt.of(file(process.exe)),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        SharedWith.NOBODY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ProcessAttributes.UNKNOWN,
        List.of(thread),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        process.vmas,
        fds.getOrDefault(process.pid, List.of()),
        List.of());
  }

  /** Pages on the heap. */
  private record HeapMemory(Map<Integer, Map<Long, byte[]>> pages) implements Memory {
    @Override
    public PageRuns pages(int object) {
      PageRuns.Builder runs = new PageRuns.Builder();
      pages.getOrDefault(object, Map.of()).keySet().forEach(page -> runs.add(page, 1));
      return runs.build();
    }

    @Override
    public void read(int object, long firstPage, int numPages, MemorySegment into)
        throws IOException {
      for (int i = 0; i < numPages; i++) {
        MemorySegment page = MemorySegment.ofArray(pages.get(object).get(firstPage + i));
        into.asSlice((long) i * PAGE, PAGE).copyFrom(page);
      }
    }
  }

  private static final class Uncounted implements PageKinds {
    @Override
    public PageTotals total(int object) {
      return PageTotals.NONE;
    }

    @Override
    public PageTotals count(int object, long firstPage, long numPages) {
      return PageTotals.NONE;
    }

    @Override
    public void forEach(int object, long firstPage, long numPages, Consumer<PageRun> action) {
      throw new AssertionError("pages are not counted to compare them");
    }
  }
}
