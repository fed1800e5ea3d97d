package org.ckimg.tools;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.ckimg.reader.PageRun;
import org.ckimg.reader.PageState;
import org.ckimg.reader.PageTotals;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
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
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.input.ImageFacts;
import org.ckimg.tools.input.PageKinds;
import org.ckimg.tools.input.Subject;

/** A process of x86-64 with pages of 4 KiB, made up for a test: what an image of it would say. */
public final class TestProcess {
  public static final int PAGE = 4096;
  private static final int MEMORY = 1;
  private static final List<String> NAMES =
      List.of(
          "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss"
              .concat(" fs_base gs_base ds es fs gs")
              .split(" "));

  private final TreeMap<Long, byte[]> pages = new TreeMap<>();
  private final List<Vma> vmas = new ArrayList<>();
  private final List<FileFacts> files = new ArrayList<>();
  private final List<ThreadState> threads = new ArrayList<>();
  private final List<SignalAction> actions = new ArrayList<>();
  private final List<OpenFile> descriptions = new ArrayList<>();
  private final List<FdEntry> fds = new ArrayList<>();
  private String format = ImageFacts.CKIMG;
  private OptionalInt exe = OptionalInt.empty();
  private Optional<Bytes> environ = Optional.empty();
  private int uncounted;

  /** Says that it runs this file. */
  public TestProcess runs(int file) {
    exe = OptionalInt.of(file);
    return this;
  }

  /** Gives it an environment of one variable. */
  public TestProcess environ(String variable) {
    environ = Optional.of(Bytes.utf8(variable + '\0'));
    return this;
  }

  /** Counts so many pages less than there are. */
  public TestProcess uncounted(int pages) {
    uncounted = pages;
    return this;
  }

  /** Calls the format of the image so. */
  public TestProcess format(String name) {
    format = name;
    return this;
  }

  /** Adds a file; its id. */
  public int file(String path) {
    files.add(FileFacts.named(files.size() + 1, Bytes.utf8(path), false));
    return files.size();
  }

  /** Says which build a file is. */
  public TestProcess built(int file, int... id) {
    byte[] bytes = new byte[id.length];
    for (int i = 0; i < id.length; i++) {
      bytes[i] = (byte) id[i];
    }
    files.set(file - 1, files.get(file - 1).withBuildId(Bytes.of(bytes)));
    return this;
  }

  /** Maps anonymous memory; it has no page yet. */
  public TestProcess map(long address, long bytes, int protection) {
    return map(Vma.Kind.ANONYMOUS, address, bytes, protection, OptionalInt.empty(), 0, null);
  }

  /** Maps a file. */
  public TestProcess map(
      long address, long bytes, int protection, int file, long filePage, Digest digest) {
    return map(Vma.Kind.FILE, address, bytes, protection, OptionalInt.of(file), filePage, digest);
  }

  private TestProcess map(
      Vma.Kind kind,
      long address,
      long bytes,
      int protection,
      OptionalInt file,
      long filePage,
      Digest digest) {
    vmas.add(
        new Vma(
            kind,
            address / PAGE,
            bytes / PAGE,
            protection,
            Set.of(),
            OptionalInt.of(MEMORY),
            address / PAGE,
            file,
            filePage,
            Optional.ofNullable(digest),
            Optional.empty()));
    return this;
  }

  /** Puts bytes into memory that is mapped. */
  public TestProcess put(long address, byte... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      long at = address + i;
      pages.computeIfAbsent(at / PAGE, _ -> new byte[PAGE])[(int) (at % PAGE)] = bytes[i];
    }
    return this;
  }

  /** Puts words of 8 bytes. */
  public TestProcess words(long address, long... words) {
    ByteBuffer bytes =
        ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(words).forEach(bytes::putLong);
    return put(address, bytes.array());
  }

  /** Adds a thread with these registers; all others are 0. */
  public TestProcess thread(Map<String, Long> registers) {
    ByteBuffer set = ByteBuffer.allocate(NAMES.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    NAMES.forEach(name -> set.putLong(registers.getOrDefault(name, 0L)));
    threads.add(
        new ThreadState(
            100 + threads.size(),
            Optional.of(Bytes.utf8("test")),
            List.of(new Regset(Regset.NT_PRSTATUS, Bytes.of(set.array()))),
            OptionalLong.empty(),
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
    return this;
  }

  /** Adds a signal action. */
  public TestProcess action(int signal, long handler, long restorer) {
    actions.add(new SignalAction(signal, handler, 0, 0, restorer));
    return this;
  }

  /** Adds an open descriptor. */
  public TestProcess descriptor(FdType type, OptionalInt file, Optional<FdState> state) {
    int id = descriptions.size() + 1;
    descriptions.add(
        new OpenFile(
            id,
            type,
            file,
            0,
            OptionalLong.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            state,
            true));
    fds.add(new FdEntry(fds.size(), id, false));
    return this;
  }

  /** Adds a descriptor whose description is not there. */
  public TestProcess dangling() {
    fds.add(new FdEntry(fds.size(), 1000, false));
    return this;
  }

  /** The only process. */
  public static ProcessState process(Subject subject) {
    return subject.checkpoint().processes().getFirst();
  }

  /** What an image of it is. */
  public Subject subject() {
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
            List.of(state()),
            descriptions,
            files,
            List.of(),
            List.of(),
            List.of(
                new MemoryObject(
                    MEMORY, MemoryObject.Kind.PRIVATE, 0, OptionalInt.of(0), OptionalInt.empty())),
            Optional.empty(),
            List.of(),
            new Pages(new TreeMap<>(pages)));
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
    return new Subject(facts, checkpoint, new Kinds(List.copyOf(pages.keySet()), uncounted));
  }

  private ProcessState state() {
    return new ProcessState(
        new ProcessIds(100, OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty()),
        RunState.RUNNING,
        OptionalInt.empty(),
        OptionalLong.empty(),
        exe,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        SharedWith.NOBODY,
        Optional.empty(),
        environ,
        Optional.empty(),
        Optional.empty(),
        ProcessAttributes.UNKNOWN,
        threads,
        Optional.of(actions),
        Optional.empty(),
        List.of(),
        List.of(),
        vmas.stream().sorted(Comparator.comparingLong(Vma::firstPage)).toList(),
        fds,
        List.of());
  }

  private record Pages(TreeMap<Long, byte[]> pages) implements Memory {
    @Override
    public PageRuns pages(int object) {
      PageRuns.Builder runs = new PageRuns.Builder();
      pages.keySet().forEach(page -> runs.add(page, 1));
      return runs.build();
    }

    @Override
    public void read(int object, long firstPage, int numPages, MemorySegment into) {
      for (int i = 0; i < numPages; i++) {
        MemorySegment page = MemorySegment.ofArray(pages.get(firstPage + i));
        MemorySegment.copy(page, 0, into, (long) i * PAGE, PAGE);
      }
    }
  }

  /** All pages are stored. */
  private record Kinds(List<Long> stored, int uncounted) implements PageKinds {
    @Override
    public PageTotals total(int object) {
      return new PageTotals(stored.size() - uncounted, 0, 0, 0);
    }

    @Override
    public PageTotals count(int object, long firstPage, long numPages) {
      long pages = pages(firstPage, numPages).count();
      return new PageTotals(pages, 0, 0, 0);
    }

    private LongStream pages(long firstPage, long numPages) {
      return stored.stream()
          .mapToLong(Long::longValue)
          .filter(page -> page >= firstPage && page < firstPage + numPages);
    }

    @Override
    public void forEach(int object, long firstPage, long numPages, Consumer<PageRun> action) {
      pages(firstPage, numPages)
          .forEach(page -> action.accept(new PageRun(page, 1, PageState.STORED)));
    }
  }
}
