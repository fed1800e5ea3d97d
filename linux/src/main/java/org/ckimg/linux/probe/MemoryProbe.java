package org.ckimg.linux.probe;

import static org.ckimg.linux.sys.NativeBytes.LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ckimg.linux.proc.PageScan;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;

/** Reading and writing memory, and finding its pages. */
final class MemoryProbe {
  private static final long PAGEMAP_SCAN = 0xC0606610L;
  private static final long UFFDIO_API = 0xC018AA3FL;
  private static final long UFFD_API = 0xAA;

  /** Asynchronous write protection, of pages that were never touched too. */
  private static final long UFFD_TRACKING = 1 << 15 | 1 << 13 | 1;

  private static final int NONBLOCK_CLOEXEC = FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK;

  private static final Question READ =
      new Question(
          "process_vm_readv",
          Feature.Need.REQUIRED,
          "memory of programs cannot be read",
          "a kernel with CONFIG_CROSS_MEMORY_ATTACH");
  private static final Question WRITE =
      new Question(
          "process_vm_writev",
          Feature.Need.REQUIRED,
          "programs cannot be asked for their state",
          "a kernel with CONFIG_CROSS_MEMORY_ATTACH");
  private static final Question PAGEMAP =
      new Question(
          "/proc/PID/pagemap",
          Feature.Need.REQUIRED,
          "the pages of a program cannot be found",
          "a kernel with CONFIG_PROC_PAGE_MONITOR");
  private static final Question SCAN =
      new Question(
          "PAGEMAP_SCAN",
          Feature.Need.OPTIONAL,
          "pages are found one by one, and untouched zero pages are read",
          "a kernel that has this ioctl of /proc/PID/pagemap");
  private static final Question TRACKING =
      new Question(
          "userfaultfd",
          Feature.Need.OPTIONAL,
          "pages written between two checkpoints cannot be told by the kernel",
          "a kernel with CONFIG_USERFAULTFD and asynchronous write protection; for users"
              + " sysctl vm.unprivileged_userfaultfd=1");

  private MemoryProbe() {}

  static List<Feature> features() {
    return List.of(
        READ.tried(() -> move(false)),
        WRITE.tried(() -> move(true)),
        PAGEMAP.tried(() -> PageScan.open(Self.pid()).close()),
        SCAN.tried(MemoryProbe::scan),
        tracking());
  }

  private static void move(boolean write) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocate(8, 8);
      MemorySegment to = arena.allocate(8, 8);
      if (write) {
        ProcessCalls.writeMemory(Self.pid(), to.address(), from);
      } else {
        ProcessCalls.readMemory(Self.pid(), from.address(), to);
      }
    }
  }

  private static void scan() throws IOException {
    int fd =
        FileCalls.open(
            "/proc/" + Self.pid() + "/pagemap", FileCalls.O_RDONLY | FileCalls.O_CLOEXEC);
    try {
      // A null argument is EFAULT where the request exists.
      long result = Syscalls.call(Sys.IOCTL, fd, PAGEMAP_SCAN, 0);
      if (result != -Errno.EFAULT) {
        Syscalls.check("ioctl", result, "pagemap");
      }
    } finally {
      FileCalls.close(fd);
    }
  }

  private static Feature tracking() {
    long fd = Syscalls.call(Sys.USERFAULTFD, NONBLOCK_CLOEXEC);
    if (fd < 0) {
      return TRACKING.answered("userfaultfd", fd);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment api = arena.allocate(24, 8);
      api.set(LONG, 0, UFFD_API);
      api.set(LONG, 8, UFFD_TRACKING);
      return TRACKING.answered(
          "ioctl(UFFDIO_API)", Syscalls.call(Sys.IOCTL, fd, UFFDIO_API, api.address()));
    } finally {
      FileCalls.close((int) fd);
    }
  }
}
