package org.ckimg.restorer.gather;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.RangeHash;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Vma;

/** SHA-256 of mapped ranges of files, each range read once. */
final class RangeDigests implements AutoCloseable {
  /** Without a side effect, and without waiting. */
  static final int READING =
      FileCalls.O_RDONLY | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY;

  private final int pageShift;
  private final RangeHash hash = new RangeHash();
  private final Map<Range, Digest> known = new HashMap<>();

  RangeDigests(int pageShift) {
    this.pageShift = pageShift;
  }

  private record Range(int fd, long start, long length) {}

  /** Digest of a regular file's bytes in the mapping; empty when the file cannot be read. */
  Optional<Digest> of(int pathFd, Vma vma) throws IOException {
    Range range = new Range(pathFd, vma.filePage() << pageShift, vma.numPages() << pageShift);
    Digest digest = known.get(range);
    if (digest == null) {
      int fd;
      try {
        fd = FileCalls.open("/proc/self/fd/" + pathFd, READING);
      } catch (SyscallException e) {
        return Optional.empty();
      }
      try {
        digest = Digest.of(hash.of(fd, range.start(), range.length()));
      } finally {
        FileCalls.close(fd);
      }
      known.put(range, digest);
    }
    return Optional.of(digest);
  }

  @Override
  public void close() {
    hash.close();
  }
}
