package org.ckimg.linux.remote;

import static org.ckimg.linux.sys.NativeBytes.LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;
import org.ckimg.linux.proc.Maps;
import org.ckimg.linux.proc.PageScan;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * Knows which pages a living process writes: userfaultfd(2) in its asynchronous write-protect mode,
 * read by PAGEMAP_SCAN. The program pays a microsecond when it first writes to a page. When this is
 * closed, or the tool dies, nothing of it is left.
 */
public final class WriteTracker implements AutoCloseable {
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_NONBLOCK = 0x800;
  private static final int USER_MODE_ONLY = 1;
  private static final long UFFD_API = 0xaa;
  private static final long UFFDIO_API = 0xc018aa3fL;
  private static final long UFFDIO_REGISTER = 0xc020aa00L;
  private static final long UFFDIO_WRITEPROTECT = 0xc018aa06L;
  private static final long MODE_WP = 2;

  /** Write protection, of pages that are not there yet too, resolved by the kernel itself. */
  private static final long FEATURES = 1 | 1 << 13 | 1 << 15;

  private static final Set<Integer> NOT_TRACKABLE =
      Set.of(Errno.EINVAL, Errno.ENOENT, Errno.EBUSY, Errno.ENOMEM, Errno.EPERM, Errno.ESRCH);

  private final int fd;

  private WriteTracker(int fd) {
    this.fd = fd;
  }

  /**
   * Takes hold of a process, which stands still for a moment. Nothing is tracked yet.
   *
   * @throws SyscallException where the kernel cannot or may not do this
   */
  public static WriteTracker install(int pid) throws IOException {
    int fd = take(pid);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment api = arena.allocate(24, 8);
      api.set(LONG, 0, UFFD_API);
      api.set(LONG, 8, FEATURES);
      request("UFFDIO_API", fd, UFFDIO_API, api);
      return new WriteTracker(fd);
    } catch (IOException | RuntimeException e) {
      FileCalls.close(fd);
      throw e;
    }
  }

  /** Only the process itself can make one; its own number of it is closed again. */
  private static int take(int pid) throws IOException {
    Infection prepared = Infection.prepare(pid);
    try (SeizedProcess process = SeizedProcess.seize(pid)) {
      Infection infection = prepared.inStop(process, Maps.read(pid));
      RemoteCalls make = new RemoteCalls();
      int index = make.add(Sys.USERFAULTFD, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
      infection.run(process, make, Map.of(), false);
      long made = Syscalls.check("userfaultfd", make.result(index), "pid " + pid);
      try {
        return fetch(pid, (int) made);
      } finally {
        RemoteCalls close = new RemoteCalls();
        close.add(Sys.CLOSE, made);
        infection.run(process, close, Map.of(), false);
      }
    }
  }

  private static int fetch(int pid, int number) throws SyscallException {
    int pidfd = ProcessCalls.openPidfd(pid);
    try {
      return ProcessCalls.getFd(pidfd, number);
    } finally {
      FileCalls.close(pidfd);
    }
  }

  private static void request(String name, int fd, long request, MemorySegment argument)
      throws SyscallException {
    long result = Syscalls.call(Sys.IOCTL, fd, request, argument.address());
    Syscalls.check("ioctl(" + name + ")", result, "userfaultfd");
  }

  /**
   * Starts to track a mapping; what was written before does not count.
   *
   * @param scan of the process, opened just now: a program that executes another one has new memory
   * @return false when it was tracked already, or cannot be
   */
  public boolean add(PageScan scan, long start, long end) throws IOException {
    if (scan.written(start, end, false, (address, count) -> {})) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment register = arena.allocate(32, 8);
      register.set(LONG, 0, start);
      register.set(LONG, 8, end - start);
      register.set(LONG, 16, MODE_WP);
      request("UFFDIO_REGISTER", fd, UFFDIO_REGISTER, register);
      MemorySegment protect = arena.allocate(24, 8);
      protect.set(LONG, 0, start);
      protect.set(LONG, 8, end - start);
      protect.set(LONG, 16, 1);
      request("UFFDIO_WRITEPROTECT", fd, UFFDIO_WRITEPROTECT, protect);
      return true;
    } catch (SyscallException e) {
      // It went away or changed meanwhile, or is of a kind that cannot be tracked; ESRCH: all of
      // it went away.
      if (NOT_TRACKABLE.contains(e.errno())) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    FileCalls.close(fd);
  }
}
