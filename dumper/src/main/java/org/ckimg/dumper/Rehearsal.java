package org.ckimg.dumper;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import org.ckimg.linux.remote.SeizedTree;
import org.ckimg.linux.remote.Stub;
import org.ckimg.writer.Compression;

/**
 * A virtual machine runs what it has never run slowly. What is done in a stop is done before on a
 * program of our own, one that has files, libraries and descriptors as others have, so that the
 * program stands still for half as long.
 */
final class Rehearsal implements AutoCloseable {
  private static final int ROUNDS = 16;

  private static final DumpOptions OPTIONS =
      new DumpOptions(
          false,
          false,
          true,
          false,
          false,
          Compression.NONE,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private final Thread thread = Thread.ofPlatform().name("rehearsal").daemon().unstarted(this::run);
  private final int rounds;
  private volatile boolean ended;

  private Rehearsal(int rounds) {
    this.rounds = rounds;
  }

  /**
   * Starts it on a thread of its own, beside the preparation of the dump.
   *
   * @param again true when this virtual machine has dumped before
   */
  static Rehearsal start(boolean again) {
    Rehearsal rehearsal = new Rehearsal(again ? 1 : ROUNDS);
    rehearsal.thread.start();
    return rehearsal;
  }

  /** Waits for its end. Where it fails, the dump itself says why, or works all the same. */
  void await() throws InterruptedIOException {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted in the rehearsal");
    }
  }

  /** Ends it early: there is nothing left to rehearse for. */
  @Override
  public void close() throws InterruptedIOException {
    ended = true;
    await();
  }

  private void run() {
    try {
      rehearse();
    } catch (IOException e) {
      // Only time is lost.
      return;
    }
  }

  private void rehearse() throws IOException {
    try (Stub stub = Stub.startSleep();
        Preparation preparation = new Preparation(stub.pid(), OPTIONS, new Refusals())) {
      for (int round = 0; round < rounds && !ended; round++) {
        rehearse(preparation);
      }
      CleanUp.run(stub.pid());
    }
  }

  private static void rehearse(Preparation preparation) throws IOException {
    try (SeizedTree tree = SeizedTree.seize(preparation.root(), false);
        Capture capture = preparation.capture(tree, DumpWatcher.NOBODY)) {
      tree.release();
      capture.freeze();
    }
  }
}
