package org.ckimg.writer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ckimg.spec.model.Memory;

/**
 * Blocks between memory and output. The caller's thread reads and writes them, in order; workers
 * encode them. While all workers are busy the caller reads one block ahead, so there are at most
 * threads + 1 blocks, however large the program is.
 */
final class BlockPipeline implements AutoCloseable {
  private final Container container;
  private final int pageShift;
  private final int maxBlocks;
  private final Compression compression;
  private final ExecutorService workers;
  private final List<Block> all = new ArrayList<>();
  private final Deque<Block> free = new ArrayDeque<>();
  private final Deque<Future<Block>> inFlight = new ArrayDeque<>();
  private PageCounts counts = PageCounts.NONE;

  BlockPipeline(Container container, int pageShift, WriterSettings settings) {
    int threads = settings.threads();
    this.compression = settings.compression();
    this.container = container;
    this.pageShift = pageShift;
    this.maxBlocks = threads + 1;
    this.workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("ckimg-writer-", 1).factory());
  }

  /** Reads all pages of an object; some of its blocks may be written by a later call. */
  void add(ObjectPages pages, Memory memory) throws IOException {
    while (pages.hasNext()) {
      Block block = take();
      block.read(pages, memory);
      inFlight.add(workers.submit(block::encode));
    }
  }

  /** Writes what is in flight. */
  void drain() throws IOException {
    while (!inFlight.isEmpty()) {
      writeNext();
    }
  }

  /** Totals of what was written. */
  PageCounts counts() {
    return counts;
  }

  private Block take() throws IOException {
    while (!inFlight.isEmpty() && (inFlight.size() == maxBlocks || inFlight.peek().isDone())) {
      writeNext();
    }
    if (free.isEmpty()) {
      Block block = new Block(pageShift, compression);
      all.add(block);
      return block;
    }
    return free.remove();
  }

  private void writeNext() throws IOException {
    Block block = await(inFlight.remove());
    container.pages(block);
    counts = counts.plus(block.counts());
    free.push(block);
  }

  private static Block await(Future<Block> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while pages were hashed");
    } catch (ExecutionException e) {
      throw new IllegalStateException("hashing failed", e.getCause());
    }
  }

  /** Ends the workers before their buffers go. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
    all.forEach(Block::close);
    all.clear();
  }
}
