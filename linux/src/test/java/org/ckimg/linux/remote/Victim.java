package org.ckimg.linux.remote;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The program of steady.c: it checks itself for ever and counts in a shared file. */
final class Victim implements AutoCloseable {
  private static final int ROUNDS = 0;
  private static final int ERRORS = 1;
  private static final int OTHER_ROUNDS = 2;
  private static final int BAD_RETURNS = 3;
  private static final int ERROR_BITS = 4;

  private final int pid;
  private final LongBuffer shared;

  private Victim(int pid, LongBuffer shared) {
    this.pid = pid;
    this.shared = shared;
  }

  static Victim start(Path folder) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "gcc is not installed");
    Path program = folder.resolve("steady");
    Path source = Path.of("src/test/resources/steady.c");
    Process compiler =
        new ProcessBuilder(
                "gcc", "-O2", "-mavx2", "-o", program.toString(), source.toString(), "-lpthread")
            .inheritIO()
            .start();
    if (compiler.waitFor() != 0) {
      throw new IOException("steady.c does not compile");
    }
    Path file = folder.resolve("shared");
    Files.write(file, new byte[4096]);
    LongBuffer shared = map(file);
    // A grandchild: the reaper of ProcessBuilder would swallow the stops of a child.
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                "\"$0\" \"$1\" </dev/null >/dev/null 2>&1 & echo $!",
                program.toString(),
                file.toString())
            .start();
    int pid = Integer.parseInt(new String(shell.getInputStream().readAllBytes()).strip());
    shell.waitFor(10, TimeUnit.SECONDS);
    Victim victim = new Victim(pid, shared);
    victim.awaitRounds();
    return victim;
  }

  private static LongBuffer map(Path file) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      return open.getChannel()
          .map(FileChannel.MapMode.READ_WRITE, 0, 4096)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asLongBuffer();
    }
  }

  int pid() {
    return pid;
  }

  /** Waits until every thread has gone on. */
  void awaitRounds() throws InterruptedException {
    long rounds = shared.get(ROUNDS);
    long others = shared.get(OTHER_ROUNDS);
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (shared.get(ROUNDS) < rounds + 3 || shared.get(OTHER_ROUNDS) < others + 3) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the victim stands still or is dead");
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** Errors that the victim found in its own state. */
  long errors() {
    return shared.get(ERRORS);
  }

  long errorBits() {
    return shared.get(ERROR_BITS);
  }

  /** Waits that ended before their time. */
  long badReturns() {
    return shared.get(BAD_RETURNS);
  }

  @Override
  public void close() {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }
}
