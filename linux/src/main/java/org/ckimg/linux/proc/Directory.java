package org.ckimg.linux.proc;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;

/** Directories of /proc whose entries are numbers. */
final class Directory {
  private static final int CHUNK = 32 << 10;
  private static final int NAME_OFFSET = 19;

  private Directory() {}

  static List<Integer> numbers(String path) throws IOException {
    int fd = FileCalls.open(path, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(CHUNK, 8);
      List<Integer> numbers = new ArrayList<>();
      while (true) {
        long n = Syscalls.call(Sys.GETDENTS64, fd, buffer.address(), CHUNK);
        Syscalls.check("getdents64", n, path);
        if (n == 0) {
          numbers.sort(null);
          return numbers;
        }
        for (long at = 0; at < n; at += buffer.get(NativeBytes.SHORT, at + 16)) {
          byte first = buffer.get(java.lang.foreign.ValueLayout.JAVA_BYTE, at + NAME_OFFSET);
          if (first >= '0' && first <= '9') {
            numbers.add(Integer.parseInt(buffer.getString(at + NAME_OFFSET)));
          }
        }
      }
    } finally {
      FileCalls.close(fd);
    }
  }
}
