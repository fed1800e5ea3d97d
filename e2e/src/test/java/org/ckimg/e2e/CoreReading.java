package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.ForeignImages;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;

/** A core as ckimg reads it, to be held against what others say. */
final class CoreReading implements AutoCloseable {
  private static final int PAGE = 4096;
  private static final int PAGE_SHIFT = 12;
  private static final int MEMORY = 1;
  private static final int MAX_READ_PAGES = 256;

  /** Words of {@code struct user_regs_struct}. */
  static final int RIP = 16;

  static final int RSP = 19;

  private final ForeignImage image;

  private CoreReading(ForeignImage image) {
    this.image = image;
  }

  static CoreReading of(Path core) throws IOException {
    FileChannel file = FileChannel.open(core, StandardOpenOption.READ);
    CoreReading reading = new CoreReading(ForeignImages.open(core.toString(), file).orElseThrow());
    assertEquals("elf-core", reading.image.format());
    return reading;
  }

  ForeignImage image() {
    return image;
  }

  ProcessState process() {
    return image.checkpoint().processes().getFirst();
  }

  /** Ids of all threads. */
  Set<Integer> threads() {
    return process().threads().stream()
        .map(ThreadState::tid)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  ThreadState thread(int tid) {
    return process().threads().stream().filter(t -> t.tid() == tid).findFirst().orElseThrow();
  }

  /** A word of a thread's general registers. */
  long register(int tid, int word) {
    Bytes registers = thread(tid).regset(Regset.NT_PRSTATUS).orElseThrow();
    return MemorySegment.ofArray(registers.toArray())
        .get(ValueLayout.JAVA_LONG_UNALIGNED, (long) word * Long.BYTES);
  }

  /** Every mapping of {@code expected} is there as it was, and nothing else. */
  void assertMappings(List<ProcMap> expected) {
    List<String> missing = expected.stream().map(CoreReading::text).toList();
    List<String> found = process().vmas().stream().map(this::text).toList();
    assertEquals(String.join("\n", missing), String.join("\n", found));
  }

  private static String text(ProcMap map) {
    return "%x-%x %s%s"
        .formatted(
            map.start(),
            map.end(),
            map.protection(),
            map.isOfFile() ? " %x %s".formatted(map.offset(), bare(map.path())) : "");
  }

  private static String bare(String path) {
    return path.replace(" (deleted)", "");
  }

  private String text(Vma vma) {
    Checkpoint checkpoint = image.checkpoint();
    String protection =
        ((vma.protection() & Vma.READ) != 0 ? "r" : "-")
            + ((vma.protection() & Vma.WRITE) != 0 ? "w" : "-")
            + ((vma.protection() & Vma.EXECUTE) != 0 ? "x" : "-");
    String file =
        vma.file().isPresent()
            ? " %x %s"
                .formatted(
                    vma.filePage() * PAGE,
                    bare(checkpoint.file(vma.file().getAsInt()).path().toString()))
            : "";
    return "%x-%x %s%s".formatted(vma.firstPage() * PAGE, vma.endPage() * PAGE, protection, file);
  }

  /** Bytes at an address; all of them are in the core. */
  byte[] memory(long address, int length) throws IOException {
    long first = address / PAGE;
    int pages = (int) ((address + length - 1) / PAGE - first + 1);
    byte[] bytes = new byte[pages * PAGE];
    image.checkpoint().memory().read(MEMORY, first, pages, MemorySegment.ofArray(bytes));
    int skip = (int) (address - first * PAGE);
    return java.util.Arrays.copyOfRange(bytes, skip, skip + length);
  }

  /** Every page of the core is as in the memory of the process, which stands still. */
  long assertMemoryIsThatOf(int pid) throws IOException {
    PageRuns runs = image.checkpoint().memory().pages(MEMORY);
    byte[] ours = new byte[MAX_READ_PAGES * PAGE];
    try (FileChannel memory =
        FileChannel.open(Path.of("/proc/" + pid + "/mem"), StandardOpenOption.READ)) {
      // The page of old system calls is at an address that a file cannot have.
      for (int run = 0; run < runs.size() && runs.first(run) << PAGE_SHIFT > 0; run++) {
        for (long page = runs.first(run); page < runs.end(run); page += MAX_READ_PAGES) {
          int count = (int) Math.min(MAX_READ_PAGES, runs.end(run) - page);
          image.checkpoint().memory().read(MEMORY, page, count, MemorySegment.ofArray(ours));
          long address = page * PAGE;
          byte[] theirs = read(memory, address, count * PAGE);
          assertArrayEquals(
              theirs,
              java.util.Arrays.copyOf(ours, count * PAGE),
              () -> "memory at 0x" + Long.toHexString(address));
        }
      }
    }
    assertTrue(runs.numPages() > 0);
    return runs.numPages();
  }

  private static byte[] read(FileChannel memory, long address, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining() && memory.read(bytes, address + bytes.position()) > 0) {
      // Until all is there.
    }
    assertEquals(0, bytes.remaining(), () -> "memory at 0x" + Long.toHexString(address));
    return bytes.array();
  }

  /** The auxiliary vector. */
  Optional<Bytes> auxv() {
    return process().auxv();
  }

  @Override
  public void close() throws IOException {
    image.close();
  }
}
