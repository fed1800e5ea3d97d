package org.ckimg.linux.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of ranges of open files, through one reused buffer. For one thread. */
public final class RangeHash implements AutoCloseable {
  private static final int CHUNK = 1 << 20;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(CHUNK, 64);

  /** Allocates the buffer. */
  public RangeHash() {}

  /**
   * Digest of the bytes from {@code start} on, at most {@code length}, up to the end of the file.
   *
   * @return 32 bytes
   */
  public byte[] of(int fd, long start, long length) throws SyscallException {
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
    return sha.digest();
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
