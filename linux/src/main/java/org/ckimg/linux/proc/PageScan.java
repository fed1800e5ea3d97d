package org.ckimg.linux.proc;

import static org.ckimg.linux.sys.NativeBytes.LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * Finds the pages of a process that hold something of its own: PAGEMAP_SCAN of ioctl(2), {@code
 * linux/fs.h}, and the plain pagemap where the kernel lacks it.
 */
public final class PageScan implements AutoCloseable {
  private static final long PAGEMAP_SCAN = 0xC0606610L;
  private static final int ARGUMENT_BYTES = 96;
  private static final int REGION_BYTES = 24;
  private static final int REGIONS = 1024;
  private static final int PAGE_SHIFT = 12;
  private static final long PROTECT_MATCHING = 1;
  private static final long CHECK_ASYNC = 2;
  private static final long IS_WRITTEN = 2;
  private static final long IS_FILE = 4;
  private static final long IS_PRESENT_OR_SWAPPED = 8 | 16;
  private static final long IS_ZERO_PAGE = 32;
  private static final long IS_GUARD = 0x100;
  private static final int PAGEMAP_CHUNK = 64 << 10;

  private final int fd;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment argument = arena.allocate(ARGUMENT_BYTES, 8);
  private final MemorySegment regions = arena.allocate((long) REGIONS * REGION_BYTES, 8);

  private PageScan(int fd) {
    this.fd = fd;
  }

  /** Receives runs in ascending order; touching ones may come apart. */
  @FunctionalInterface
  public interface RunConsumer {
    /** Takes {@code numPages} pages from {@code firstAddress}. */
    void accept(long firstAddress, long numPages) throws IOException;
  }

  /** Opens the pagemap of a process. */
  public static PageScan open(int pid) throws IOException {
    return new PageScan(
        FileCalls.open("/proc/" + pid + "/pagemap", FileCalls.O_RDONLY | FileCalls.O_CLOEXEC));
  }

  /**
   * Looks at a range of addresses.
   *
   * @param fileBacked true to find only pages that a private mapping of a file made its own
   */
  public void scan(long start, long end, boolean fileBacked, RunConsumer runs) throws IOException {
    long at = start;
    while (at < end) {
      prepare(at, end, fileBacked);
      long count = Syscalls.call(Sys.IOCTL, fd, PAGEMAP_SCAN, argument.address());
      // EINVAL: a kernel with the request that knows other categories.
      if (count == -Errno.ENOTTY || count == -Errno.EINVAL) {
        readPagemap(at, end, fileBacked, runs);
        return;
      }
      Syscalls.check("ioctl(PAGEMAP_SCAN)", count, "pagemap");
      at = deliver(count, at, runs);
    }
  }

  /** Hands on what was found; where to go on. */
  private long deliver(long count, long at, RunConsumer runs) throws IOException {
    // After its inner buffer was full once, the kernel leaves an old walk_end behind when it then
    // reaches the end (seen with Linux 6.18): whatever it returned was walked all the same.
    long walked = argument.get(LONG, 32);
    for (int i = 0; i < count; i++) {
      long first = regions.get(LONG, (long) i * REGION_BYTES);
      long behind = regions.get(LONG, (long) i * REGION_BYTES + 8);
      runs.accept(first, behind - first >>> PAGE_SHIFT);
      walked = Math.max(walked, behind);
    }
    if (walked <= at) {
      throw new SyscallException("ioctl(PAGEMAP_SCAN)", Errno.EINVAL, "pagemap: no progress");
    }
    return walked;
  }

  /**
   * Looks for pages of one mapping that were written since they were last protected by a {@link
   * org.ckimg.linux.remote.WriteTracker}.
   *
   * @param protect true to protect them again
   * @return false when the range is not all registered for that
   */
  public boolean written(long start, long end, boolean protect, RunConsumer runs)
      throws IOException {
    long at = start;
    while (at < end) {
      prepare(at, end);
      argument.set(LONG, 8, CHECK_ASYNC | (protect ? PROTECT_MATCHING : 0));
      argument.set(LONG, 72, IS_WRITTEN);
      argument.set(LONG, 88, IS_WRITTEN);
      long count = Syscalls.call(Sys.IOCTL, fd, PAGEMAP_SCAN, argument.address());
      if (count == -Errno.EPERM || count == -Errno.ENOTTY || count == -Errno.EINVAL) {
        return false;
      }
      Syscalls.check("ioctl(PAGEMAP_SCAN)", count, "pagemap");
      at = deliver(count, at, runs);
    }
    return true;
  }

  /**
   * Looks for guard pages of MADV_GUARD_INSTALL, madvise(2).
   *
   * @return false when this kernel does not tell
   */
  public boolean guards(long start, long end, RunConsumer runs) throws IOException {
    long at = start;
    while (at < end) {
      prepare(at, end);
      argument.set(LONG, 72, IS_GUARD);
      argument.set(LONG, 88, IS_GUARD);
      long count = Syscalls.call(Sys.IOCTL, fd, PAGEMAP_SCAN, argument.address());
      if (count == -Errno.ENOTTY || count == -Errno.EINVAL) {
        return false;
      }
      Syscalls.check("ioctl(PAGEMAP_SCAN)", count, "pagemap");
      at = deliver(count, at, runs);
    }
    return true;
  }

  private void prepare(long start, long end) {
    argument.fill((byte) 0);
    argument.set(LONG, 0, ARGUMENT_BYTES);
    argument.set(LONG, 16, start);
    argument.set(LONG, 24, end);
    argument.set(LONG, 40, regions.address());
    argument.set(LONG, 48, REGIONS);
  }

  private void prepare(long start, long end, boolean fileBacked) {
    long required = fileBacked ? IS_FILE | IS_ZERO_PAGE : IS_ZERO_PAGE;
    prepare(start, end);
    argument.set(LONG, 64, required);
    argument.set(LONG, 72, required);
    argument.set(LONG, 80, IS_PRESENT_OR_SWAPPED);
    argument.set(LONG, 88, IS_PRESENT_OR_SWAPPED);
  }

  void readPagemap(long start, long end, boolean fileBacked, RunConsumer runs) throws IOException {
    MemorySegment entries = arena.allocate(PAGEMAP_CHUNK, 8);
    for (long at = start; at < end; ) {
      long wanted = Math.min(PAGEMAP_CHUNK, (end - at >>> PAGE_SHIFT) * 8);
      long n = FileCalls.pread(fd, entries.asSlice(0, wanted), (at >>> PAGE_SHIFT) * 8);
      if (n == 0) {
        return;
      }
      for (long i = 0; i < n; i += 8) {
        long entry = entries.get(LONG, i);
        boolean there = entry >>> 62 != 0;
        boolean ofFile = (entry >>> 61 & 1) != 0;
        if (there && !(fileBacked && ofFile)) {
          runs.accept(at + (i / 8 << PAGE_SHIFT), 1);
        }
      }
      at += n / 8 << PAGE_SHIFT;
    }
  }

  @Override
  public void close() {
    FileCalls.close(fd);
    arena.close();
  }
}
