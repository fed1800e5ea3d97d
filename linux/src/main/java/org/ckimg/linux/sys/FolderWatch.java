package org.ckimg.linux.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Tells that files are made in a folder, inotify(7). Java's own WatchService leaves its descriptor
 * open in every program that is started by fork and exec.
 */
public final class FolderWatch implements AutoCloseable {
  private static final int IN_CREATE = 0x100;
  private static final int IN_DELETE_SELF = 0x400;
  private static final int BUFFER_BYTES = 1 << 12;

  private final int fd;

  private FolderWatch(int fd) {
    this.fd = fd;
  }

  /**
   * Watches from now on.
   *
   * @param folder its path
   */
  public static FolderWatch of(byte[] folder) throws SyscallException {
    long fd = Syscalls.call(Sys.INOTIFY_INIT1, FileCalls.O_CLOEXEC);
    FolderWatch watch = new FolderWatch((int) Syscalls.check("inotify_init1", fd, "a folder"));
    try (Arena arena = Arena.ofConfined()) {
      long path = NativeBytes.cString(arena, folder).address();
      long result =
          Syscalls.call(Sys.INOTIFY_ADD_WATCH, watch.fd, path, IN_CREATE | IN_DELETE_SELF);
      Syscalls.check("inotify_add_watch", result, "a folder");
      return watch;
    } catch (SyscallException e) {
      watch.close();
      throw e;
    }
  }

  /** Waits until something was made there since the last time, or the folder was deleted. */
  public void await() throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment events = arena.allocate(BUFFER_BYTES);
      FileCalls.read(fd, events);
    }
  }

  /** Who waits goes on waiting until the folder is deleted. */
  @Override
  public void close() {
    FileCalls.close(fd);
  }
}
