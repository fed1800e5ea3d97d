package org.ckimg.dumper;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.linux.remote.SeizedProcess;
import org.ckimg.linux.remote.Stub;
import org.ckimg.writer.Compression;

/**
 * A virtual machine runs what it has never run slowly. What is done in a stop is done before on a
 * program of our own, one that has files, libraries and descriptors as others have, so that the
 * program stands still for half as long.
 */
final class Rehearsal {
  private static final int ROUNDS = 16;

  private static final DumpOptions OPTIONS =
      new DumpOptions(false, false, true, Compression.NONE, Optional.empty(), Optional.empty());

  private static final DumpWatcher NOBODY =
      new DumpWatcher() {
        @Override
        public boolean isCancelled() {
          return false;
        }

        @Override
        public void copied(long bytes) {}
      };

  private Rehearsal() {}

  /** Rehearses. Where that fails, the dump itself says why, or works all the same. */
  static void run() {
    try {
      rehearse();
    } catch (IOException e) {
      // Only time is lost.
      return;
    }
  }

  private static void rehearse() throws IOException {
    try (Stub stub = Stub.startSleep();
        Preparation preparation = new Preparation(stub.pid(), OPTIONS, new Refusals())) {
      for (int round = 0; round < ROUNDS; round++) {
        rehearse(preparation);
      }
      CleanUp.run(stub.pid());
    }
  }

  private static void rehearse(Preparation preparation) throws IOException {
    try (SeizedProcess process = SeizedProcess.seize(preparation.pid());
        Capture capture = preparation.capture(process, OPTIONS, NOBODY)) {
      process.release();
      if (capture.child().isPresent()) {
        capture.child().get().freeze();
      }
    }
  }
}
