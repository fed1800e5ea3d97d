package org.ckimg.dumper;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.RangeHash;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.FileFacts;

/**
 * SHA-256 of mapped ranges of files, up to the file's end; each range is read once, and again when
 * its file has changed meanwhile.
 */
final class RangeDigests implements AutoCloseable {
  /** A file system counts time in ticks: what has just changed may change again unseen. */
  private static final long TICK_NANOS = 20_000_000;

  private final RangeHash hash = new RangeHash();
  private final Map<Range, Known> known = new HashMap<>();
  private final Map<Integer, Optional<Stamp>> stamps = new HashMap<>();

  private record Range(int file, long start, long length) {}

  /** When the content of a file was last changed. */
  private record Stamp(long length, long mtimeNanos, long ctimeNanos) {
    boolean isOld(long nowNanos) {
      return Math.max(mtimeNanos, ctimeNanos) + TICK_NANOS < nowNanos;
    }
  }

  private record Known(Optional<Stamp> stamp, Optional<Digest> digest) {}

  /** Files may have changed since: each is looked at again. */
  void lookAgain() {
    stamps.clear();
  }

  /** Digest of a range; empty when the caller may not read the file. */
  Optional<Digest> of(FileFacts file, long start, long length) throws IOException {
    Range range = new Range(file.id(), start, length);
    Optional<Stamp> stamp = stamps.computeIfAbsent(file.id(), id -> stamp(file));
    Known before = known.get(range);
    if (before != null && stamp.isPresent() && before.stamp().equals(stamp)) {
      return before.digest();
    }
    Optional<Digest> digest = fresh(file, start, length);
    known.put(range, new Known(stamp, digest));
    return digest;
  }

  /** Empty for a file that cannot be looked at, or is too young to be known again. */
  private static Optional<Stamp> stamp(FileFacts file) {
    try {
      long now = ProcessCalls.clockNanos(ProcessCalls.CLOCK_REALTIME);
      FileCalls.FileStatus status = FileCalls.status(file.path().toArray());
      return Optional.of(new Stamp(status.length(), status.mtimeNanos(), status.ctimeNanos()))
          .filter(stamp -> stamp.isOld(now));
    } catch (SyscallException e) {
      return Optional.empty();
    }
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
