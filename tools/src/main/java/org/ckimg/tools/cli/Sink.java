package org.ckimg.tools.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalInt;
import org.ckimg.linux.sys.SyscallException;

/** A stream below a PrintWriter, which would forget why a write failed. */
public final class Sink extends OutputStream {
  private final OutputStream target;
  private final String name;
  private IOException failure;

  /** Buffers what goes to standard output. */
  public Sink(OutputStream target) {
    this(target, "standard output");
  }

  /**
   * Buffers what goes to {@code target}.
   *
   * @param name what messages call it
   */
  public Sink(OutputStream target, String name) {
    this.target = new BufferedOutputStream(target, 1 << 16);
    this.name = name;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value});
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    attempt(() -> target.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    attempt(target::flush);
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private void attempt(Attempt attempt) throws IOException {
    try {
      attempt.run();
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  /** Throws the first failure; a reader that has seen enough, as head(1) has, is none. */
  public void check() throws IOException {
    if (failure == null || "Broken pipe".equals(failure.getMessage())) {
      return;
    }
    OptionalInt errno = ErrorTexts.errno(String.valueOf(failure.getMessage()));
    throw errno.isPresent() ? new SyscallException("write", errno.getAsInt(), name) : failure;
  }
}
