package org.ckimg.restorer.gather;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Vma;

/** SHA-256 of mapped ranges of files, each range read once. */
final class RangeDigests implements AutoCloseable {
  private static final int CHUNK = 1 << 20;

  private final int pageShift;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(CHUNK, 64);
  private final Map<Range, Digest> known = new HashMap<>();

  RangeDigests(int pageShift) {
    this.pageShift = pageShift;
  }

  private record Range(int fd, long start, long length) {}

  /** Digest of the file's bytes in the mapping; empty when the file cannot be read. */
  Optional<Digest> of(int pathFd, Vma vma) throws IOException {
    Range range = new Range(pathFd, vma.filePage() << pageShift, vma.numPages() << pageShift);
    Digest digest = known.get(range);
    if (digest == null) {
      int fd;
      try {
        fd = FileCalls.open("/proc/self/fd/" + pathFd, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC);
      } catch (SyscallException e) {
        return Optional.empty();
      }
      try {
        digest = hash(fd, range);
      } finally {
        FileCalls.close(fd);
      }
      known.put(range, digest);
    }
    return Optional.of(digest);
  }

  private Digest hash(int fd, Range range) throws IOException {
    MessageDigest sha = sha256();
    ByteBuffer bytes = buffer.asByteBuffer();
    long done = 0;
    while (done < range.length()) {
      long wanted = Math.min(CHUNK, range.length() - done);
      long n = FileCalls.pread(fd, buffer.asSlice(0, wanted), range.start() + done);
      if (n == 0) {
        break;
      }
      sha.update(bytes.clear().limit((int) n));
      done += n;
    }
    return Digest.of(sha.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
