package org.ckimg.reader.verify;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.ckimg.reader.SectionInfo;

/** Reads the pages of all blocks on two threads: hashing, not the disk, is what takes the time. */
final class PagePass {
  private static final int THREADS = 2;

  private final List<SectionInfo> blocks;
  private final Supplier<PageVerifier> verifiers;
  private final LongConsumer progress;
  private final AtomicInteger next = new AtomicInteger();

  PagePass(List<SectionInfo> blocks, Supplier<PageVerifier> verifiers, LongConsumer progress) {
    this.progress = progress;
    this.blocks = blocks;
    this.verifiers = verifiers;
  }

  void run() throws IOException {
    if (blocks.isEmpty()) {
      return;
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Void>> workers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        workers.add(threads.submit(worker()));
      }
      for (Future<Void> worker : workers) {
        join(worker);
      }
    }
  }

  private Callable<Void> worker() {
    return () -> {
      PageVerifier verifier = verifiers.get();
      for (int i = next.getAndIncrement(); i < blocks.size(); i = next.getAndIncrement()) {
        verifier.verify(blocks.get(i));
        progress.accept(blocks.get(i).dataBytes());
      }
      return null;
    };
  }

  private static void join(Future<Void> worker) throws IOException {
    try {
      worker.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("verification was interrupted");
    }
  }
}
