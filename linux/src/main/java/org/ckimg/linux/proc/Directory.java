package org.ckimg.linux.proc;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/** Directories, getdents64(2). */
final class Directory {
  private static final int CHUNK = 32 << 10;
  private static final int TYPE_OFFSET = 18;
  private static final int NAME_OFFSET = 19;
  private static final byte DT_DIR = 4;

  private Directory() {}

  /**
   * An entry.
   *
   * @param inode of the file system's own; of a mount point the one that is hidden
   * @param isDirectory false also where the file system does not tell
   */
  record Entry(byte[] name, long inode, boolean isDirectory) {
    boolean isDots() {
      return name[0] == '.' && (name.length == 1 || name.length == 2 && name[1] == '.');
    }
  }

  /** Takes entries. */
  interface Visitor {
    void visit(Entry entry);
  }

  /** Entries whose names are numbers, ascending. */
  static List<Integer> numbers(String path) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    int fd = FileCalls.open(path, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_CLOEXEC);
    try {
      read(
          fd,
          path,
          entry -> {
            if (entry.name()[0] >= '0' && entry.name()[0] <= '9') {
              numbers.add(Integer.parseInt(new String(entry.name(), StandardCharsets.US_ASCII)));
            }
          });
    } finally {
      FileCalls.close(fd);
    }
    numbers.sort(null);
    return numbers;
  }

  /**
   * All entries, also {@code .} and {@code ..}.
   *
   * @param path for a message
   */
  static void read(int fd, String path, Visitor visitor) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(CHUNK, 8);
      while (true) {
        long n = Syscalls.call(Sys.GETDENTS64, fd, buffer.address(), CHUNK);
        Syscalls.check("getdents64", n, path);
        if (n == 0) {
          return;
        }
        for (long at = 0; at < n; at += buffer.get(NativeBytes.SHORT, at + 16)) {
          visitor.visit(entry(buffer, at));
        }
      }
    }
  }

  private static Entry entry(MemorySegment buffer, long at) {
    long end = at + NAME_OFFSET;
    while (buffer.get(ValueLayout.JAVA_BYTE, end) != 0) {
      end++;
    }
    return new Entry(
        buffer.asSlice(at + NAME_OFFSET, end - at - NAME_OFFSET).toArray(ValueLayout.JAVA_BYTE),
        buffer.get(NativeBytes.LONG, at),
        buffer.get(ValueLayout.JAVA_BYTE, at + TYPE_OFFSET) == DT_DIR);
  }
}
