package org.ckimg.dumper;

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
import org.ckimg.spec.model.FileFacts;

/** SHA-256 of mapped ranges of files, up to the file's end; each range is read once. */
final class RangeDigests implements AutoCloseable {
  private static final int CHUNK = 1 << 20;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(CHUNK, 64);
  private final Map<Range, Optional<Digest>> known = new HashMap<>();

  private record Range(int file, long start, long length) {}

  /** Digest of a range; empty when the caller may not read the file. */
  Optional<Digest> of(FileFacts file, long start, long length) throws IOException {
    Range range = new Range(file.id(), start, length);
    Optional<Digest> digest = known.get(range);
    if (digest == null) {
      digest = fresh(file, start, length);
      known.put(range, digest);
    }
    return digest;
  }

  /** Digest of a range as the file is now. */
  Optional<Digest> fresh(FileFacts file, long start, long length) throws IOException {
    int fd;
    try {
      fd = FileCalls.open(file.path().toArray(), FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0);
    } catch (SyscallException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(hash(fd, start, length));
    } finally {
      FileCalls.close(fd);
    }
  }

  private Digest hash(int fd, long start, long length) throws IOException {
    MessageDigest sha = sha256();
    ByteBuffer bytes = buffer.asByteBuffer();
    long done = 0;
    while (done < length) {
      long wanted = Math.min(CHUNK, length - done);
      long n = FileCalls.pread(fd, buffer.asSlice(0, wanted), start + done);
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
