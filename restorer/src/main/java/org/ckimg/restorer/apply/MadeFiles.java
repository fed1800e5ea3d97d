package org.ckimg.restorer.apply;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.restorer.tree.MemoryFiles;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;

/**
 * Files that are made anew with their recorded content: memory files, files without a name, and
 * files that are others now. Until all processes have opened and mapped what they had of it, a file
 * can be opened as one likes, and has no seals.
 */
final class MadeFiles implements AutoCloseable {
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int MFD_NOEXEC_SEAL = 8;
  private static final int MFD_EXEC = 0x10;
  private static final int F_SEAL_EXEC = 0x20;
  private static final int F_ADD_SEALS = 1033;
  private static final int MAX_NAME = 200;
  private static final int CHUNK = 1 << 20;

  private final Map<Integer, Made> made = new HashMap<>();

  /**
   * A file.
   *
   * @param number of a descriptor in the processes that use it, for reading
   * @param own descriptor of the tool
   */
  private record Made(int number, int own) {}

  /** Makes a file in a process. */
  void make(Construction process, FileFacts file) throws IOException {
    int fd = create(process, file);
    int pidfd = ProcessCalls.openPidfd(process.pid());
    int writer = -1;
    try {
      writer = ProcessCalls.getFd(pidfd, fd);
      write(process, file, writer);
      // Nobody may have it open for writing when it becomes the executable of a process.
      int number =
          new Numbers(process)
              .moveUp(RemoteFiles.reopen(process, fd, FileCalls.O_RDONLY, file.path()));
      process.check("close", file.path().toString(), Sys.CLOSE, fd);
      made.put(file.id(), new Made(number, file.seals().isPresent() ? writer : reader(writer)));
    } finally {
      FileCalls.close(pidfd);
      boolean kept = made.containsKey(file.id()) && made.get(file.id()).own() == writer;
      if (writer >= 0 && !kept) {
        FileCalls.close(writer);
      }
    }
  }

  private static int reader(int writer) throws SyscallException {
    return FileCalls.open("/proc/self/fd/" + writer, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC);
  }

  /** What is only mapped shows nothing but its bytes. */
  private static int create(Construction process, FileFacts file) throws IOException {
    boolean open =
        process.checkpoint().descriptions().stream()
            .anyMatch(d -> d.type() == FdType.REGULAR && d.file().orElse(0) == file.id());
    return file.deleted() && open ? new LostFiles(process).regular(file) : memory(process, file);
  }

  private static int memory(Construction process, FileFacts file) throws IOException {
    boolean noExecute = (file.seals().orElse(0) & F_SEAL_EXEC) != 0;
    int flags = MFD_CLOEXEC | (file.seals().isPresent() ? MFD_ALLOW_SEALING : 0);
    long name = process.workbench().putString(name(file));
    long fd =
        process.call(Sys.MEMFD_CREATE, name, flags | (noExecute ? MFD_NOEXEC_SEAL : MFD_EXEC));
    if (fd == -Errno.EINVAL) {
      // Before Linux 6.3 every one can be executed.
      fd = process.call(Sys.MEMFD_CREATE, name, flags);
    }
    Syscalls.check("memfd_create", fd, "restored process: " + file.path());
    return new Numbers(process).moveUp((int) fd);
  }

  /** What stands behind the colon, or the last part of the path. */
  private static byte[] name(FileFacts file) {
    byte[] path = file.path().toArray();
    int start = MemoryFiles.PREFIX.length();
    if (!MemoryFiles.isNamed(file)) {
      start = path.length;
      while (start > 0 && path[start - 1] != '/') {
        start--;
      }
    }
    return Arrays.copyOfRange(path, start, Math.min(path.length, start + MAX_NAME));
  }

  /** Leaves out what is zero, which the file reads anyway. */
  private static void write(Construction process, FileFacts file, int fd) throws IOException {
    int object = file.content().orElseThrow();
    MemoryObject content = process.checkpoint().object(object);
    int shift = process.checkpoint().host().pageShift();
    Syscalls.check(
        "ftruncate", Syscalls.call(Sys.FTRUNCATE, fd, content.length()), file.path().toString());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(CHUNK, 4096);
      PageRuns runs = process.checkpoint().memory().pages(object);
      for (int run = 0; run < runs.size(); run++) {
        for (long page = runs.first(run); page < runs.end(run); ) {
          int count = (int) Math.min(runs.end(run) - page, CHUNK >> shift);
          process.checkpoint().memory().read(object, page, count, buffer);
          long start = page << shift;
          long length = Math.min((long) count << shift, content.length() - start);
          SparseBytes.forEach(
              buffer.asSlice(0, length), (offset, part) -> writeAll(fd, part, start + offset));
          page += count;
        }
      }
    }
  }

  private static void writeAll(int fd, MemorySegment bytes, long offset) throws IOException {
    for (long done = 0; done < bytes.byteSize(); ) {
      done += FileCalls.pwrite(fd, bytes.asSlice(done), offset + done);
    }
  }

  /** Gives a file the mode and the seals that it had. */
  void finish(FileFacts file) throws SyscallException {
    int own = made.get(file.id()).own();
    if (file.mode().isPresent()) {
      Syscalls.check(
          "fchmod", Syscalls.call(Sys.FCHMOD, own, LostFiles.mode(file)), file.path().toString());
    }
    if (file.seals().orElse(0) != 0) {
      FileCalls.fcntl(own, F_ADD_SEALS, file.seals().getAsInt());
    }
  }

  /** The descriptor of a file that was made, as processes have it. */
  int number(int file) throws IOException {
    Made found = made.get(file);
    if (found == null) {
      throw new IOException("file " + file + " of the image was not opened");
    }
    return found.number();
  }

  @Override
  public void close() {
    made.values().forEach(file -> FileCalls.close(file.own()));
    made.clear();
  }
}
