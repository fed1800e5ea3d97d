package org.ckimg.restorer.gather;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.restorer.space.AddressSpace;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/**
 * A few bytes of the memory that a process would have: of a page that the image carries, of its
 * file where it carries none, and zeros where there is no file either.
 */
final class MemoryPeek {
  private final Checkpoint checkpoint;
  private final Map<Integer, FileLookup> files;
  private final List<Vma> vmas;
  private final int shift;

  MemoryPeek(Checkpoint checkpoint, ProcessState process, Map<Integer, FileLookup> files) {
    this.checkpoint = checkpoint;
    this.files = files;
    this.vmas = process.vmas();
    this.shift = checkpoint.host().pageShift();
  }

  /** The bytes; empty when not all of them are known. */
  Optional<Bytes> at(long address, int length) throws IOException {
    byte[] bytes = new byte[length];
    for (int done = 0; done < length; ) {
      long at = address + done;
      Optional<Vma> vma = AddressSpace.isUser(at) ? Vma.at(vmas, at >>> shift) : Optional.empty();
      int inPage = (int) (at & (1L << shift) - 1);
      int part = Math.min(length - done, (1 << shift) - inPage);
      if (vma.isEmpty() || !read(vma.get(), at >>> shift, inPage, bytes, done, part)) {
        return Optional.empty();
      }
      done += part;
    }
    return Optional.of(Bytes.of(bytes));
  }

  private boolean read(Vma vma, long page, int from, byte[] into, int at, int length)
      throws IOException {
    long inVma = page - vma.firstPage();
    if (vma.object().isPresent()) {
      int object = vma.object().getAsInt();
      if (checkpoint.memory().pages(object).contains(vma.objectPage() + inVma)) {
        readPage(object, vma.objectPage() + inVma, from, into, at, length);
        return true;
      }
    }
    if (vma.file().isPresent()) {
      long offset = (vma.filePage() + inVma << shift) + from;
      return readFile(vma.file().getAsInt(), offset, into, at, length);
    }
    return switch (vma.kind()) {
      case ANONYMOUS, STACK, HEAP, SHM -> true;
      case FILE, VDSO, VVAR, VSYSCALL, MEMFD, SYSV, OTHER -> false;
    };
  }

  private void readPage(int object, long page, int from, byte[] into, int at, int length)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(1L << shift, 1L << shift);
      checkpoint.memory().read(object, page, 1, buffer);
      System.arraycopy(NativeBytes.bytes(buffer.asSlice(from), length), 0, into, at, length);
    }
  }

  private boolean readFile(int file, long offset, byte[] into, int at, int length)
      throws SyscallException {
    if (!(files.get(file) instanceof FileLookup.Found found) || !found.file().isData()) {
      return false;
    }
    int fd = FileCalls.open("/proc/self/fd/" + found.file().fd(), RangeDigests.READING);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(length, 8);
      FileCalls.pread(fd, buffer, offset);
      System.arraycopy(NativeBytes.bytes(buffer, length), 0, into, at, length);
      return true;
    } finally {
      FileCalls.close(fd);
    }
  }
}
