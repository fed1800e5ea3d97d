package org.ckimg.dumper;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.RangeHash;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.FileFacts;

/** SHA-256 of mapped ranges of files, up to the file's end; each range is read once. */
final class RangeDigests implements AutoCloseable {
  private final RangeHash hash = new RangeHash();
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
      return Optional.of(Digest.of(hash.of(fd, start, length)));
    } finally {
      FileCalls.close(fd);
    }
  }

  @Override
  public void close() {
    hash.close();
  }
}
