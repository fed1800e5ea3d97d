package org.ckimg.linux.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageScanTest {
  private static final int SELF = (int) ProcessHandle.current().pid();
  private static final long PAGE = 4096;
  private static final int READ_WRITE = 3;
  private static final int PRIVATE = 2;
  private static final int ANONYMOUS = 0x20;
  private static final int NOHUGEPAGE = 15;

  /** More runs than one call returns. */
  private static final int MANY = 5000;

  @TempDir Path folder;
  private MemorySegment memory;

  @AfterEach
  void unmap() {
    Syscalls.call(Sys.MUNMAP, memory.address(), memory.byteSize());
  }

  private void map(long pages, int flags, int fd) throws IOException {
    long bytes = pages * PAGE;
    long address =
        Syscalls.check("mmap", Syscalls.call(Sys.MMAP, 0, bytes, READ_WRITE, flags, fd, 0), "test");
    Syscalls.call(Sys.MADVISE, address, bytes, NOHUGEPAGE);
    memory = MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  private void write(long... pages) {
    for (long page : pages) {
      memory.set(ValueLayout.JAVA_BYTE, page * PAGE, (byte) 1);
    }
  }

  private byte read(long page) {
    return memory.get(ValueLayout.JAVA_BYTE, page * PAGE);
  }

  private List<Long> scan(boolean fileBacked) throws IOException {
    return pages((scan, runs) -> scan.scan(start(), end(), fileBacked, runs));
  }

  private List<Long> readPagemap(boolean fileBacked) throws IOException {
    return pages((scan, runs) -> scan.readPagemap(start(), end(), fileBacked, runs));
  }

  private long start() {
    return memory.address();
  }

  private long end() {
    return memory.address() + memory.byteSize();
  }

  private interface Way {
    void find(PageScan scan, PageScan.RunConsumer runs) throws IOException;
  }

  /** The pages found, from the first one of the mapping, in the order in which they came. */
  private List<Long> pages(Way way) throws IOException {
    List<Long> pages = new ArrayList<>();
    try (PageScan scan = PageScan.open(SELF)) {
      way.find(
          scan,
          (first, count) -> {
            for (long i = 0; i < count; i++) {
              pages.add((first - start()) / PAGE + i);
            }
          });
    }
    return pages;
  }

  @Test
  void writtenPagesAreFoundAndZeroPagesAreNot() throws Exception {
    map(64, PRIVATE | ANONYMOUS, -1);
    write(0, 3, 4, 5, 63);
    assertEquals(0, read(10));
    assertEquals(List.of(0L, 3L, 4L, 5L, 63L), scan(false));
  }

  @Test
  void thePagemapAlsoShowsTheZeroPage() throws Exception {
    map(64, PRIVATE | ANONYMOUS, -1);
    write(0, 3, 4, 5, 63);
    assertEquals(0, read(10));
    assertEquals(List.of(0L, 3L, 4L, 5L, 10L, 63L), readPagemap(false));
  }

  @Test
  void ofAFileOnlyChangedPagesAreFound() throws Exception {
    Path file = Files.write(folder.resolve("file"), new byte[(int) (8 * PAGE)]);
    byte[] path = file.toString().getBytes(StandardCharsets.UTF_8);
    int fd = FileCalls.open(path, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0);
    try {
      map(8, PRIVATE, fd);
    } finally {
      FileCalls.close(fd);
    }
    assertEquals(0, read(0) + read(1) + read(2) + read(7));
    write(2, 5);
    assertEquals(List.of(2L, 5L), scan(true));
    assertEquals(List.of(2L, 5L), readPagemap(true));
  }

  @Test
  void manyRunsNeedManyCalls() throws Exception {
    map(2 * MANY, PRIVATE | ANONYMOUS, -1);
    List<Long> written = new ArrayList<>();
    for (long page = 0; page < 2 * MANY; page += 2) {
      write(page);
      written.add(page);
    }
    assertIterableEquals(written, scan(false));
    assertIterableEquals(written, readPagemap(false));
  }

  @Test
  void anUntouchedRangeHasNoPages() throws Exception {
    map(1 << 18, PRIVATE | ANONYMOUS, -1);
    assertEquals(List.of(), scan(false));
    assertEquals(List.of(), readPagemap(false));
  }
}
