package org.ckimg.linux.proc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/** Files and links below /proc/PID, proc(5), as bytes. */
public final class ProcFile {
  private static final int CHUNK = 64 << 10;
  private static final int PATH_BYTES = 4096 + 64;

  private ProcFile() {}

  /** The whole file. */
  public static byte[] bytes(int pid, String name) throws IOException {
    return read("/proc/" + pid + "/" + name);
  }

  /** The whole file at a path. */
  static byte[] read(String path) throws IOException {
    int fd = FileCalls.open(path, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(CHUNK, 8);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        long n = Syscalls.call(Sys.READ, fd, buffer.address(), CHUNK);
        Syscalls.check("read", n, path);
        if (n == 0) {
          return all.toByteArray();
        }
        all.writeBytes(NativeBytes.bytes(buffer, n));
      }
    } finally {
      FileCalls.close(fd);
    }
  }

  /** A number below /proc/sys, which the kernel gives out in one read or not at all. */
  public static long setting(String name) throws IOException {
    return new Cursor(read("/proc/sys/" + name)).number(10);
  }

  /** A short text, without blanks at its ends. */
  public static String text(int pid, String name) throws IOException {
    return new String(bytes(pid, name), StandardCharsets.ISO_8859_1).strip();
  }

  /** A number; empty when the kernel has no such file or the caller may not read it. */
  public static OptionalLong number(int pid, String name, int radix) throws IOException {
    try {
      return OptionalLong.of(new Cursor(bytes(pid, name)).number(radix));
    } catch (SyscallException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.EACCES || e.errno() == Errno.EPERM) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  /** Where a link such as {@code exe} leads. */
  public static byte[] link(int pid, String name) throws SyscallException {
    return readLink("/proc/" + pid + "/" + name);
  }

  /** readlink(2). */
  static byte[] readLink(String path) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = NativeBytes.cString(arena, path.getBytes(StandardCharsets.ISO_8859_1));
      MemorySegment target = arena.allocate(PATH_BYTES, 8);
      long length =
          Syscalls.call(
              Sys.READLINKAT, FileCalls.AT_FDCWD, name.address(), target.address(), PATH_BYTES);
      Syscalls.check("readlink", length, path);
      return NativeBytes.bytes(target, length);
    }
  }
}
