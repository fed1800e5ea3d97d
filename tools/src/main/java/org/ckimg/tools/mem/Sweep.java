package org.ckimg.tools.mem;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.ckimg.spec.model.Memory;
import org.ckimg.tools.input.Subject;

/**
 * Goes through areas of an image on all processors, piece by piece; what was found is handed on in
 * the order of the areas. At most a few pieces are in memory.
 *
 * @param <T> what is found in a piece
 */
final class Sweep<T> {

  /** What all that is done with a piece finds in the caches of a processor. */
  private static final int CHUNK_BYTES = 1 << 20;

  /** java.util.regex recurses for each repetition of a group. */
  private static final long STACK_BYTES = 1L << 26;

  private final Subject subject;
  private final int overlap;
  private final Reading reading;
  private final Work<T> work;
  private final LongConsumer progress;
  private final int pageShift;
  private final int chunkPages;
  private final ThreadLocal<byte[]> buffers;
  private final ReentrantLock lock = new ReentrantLock();

  /** {@link Memory#read}, or {@link Memory#scan} for whoever reads what was found. */
  @FunctionalInterface
  interface Reading {
    /** Copies pages. */
    void copy(Memory memory, int object, long firstPage, int numPages, MemorySegment into)
        throws IOException;
  }

  /** What is done with a piece, on any thread. */
  @FunctionalInterface
  interface Work<T> {
    T apply(Chunk chunk);
  }

  /** Takes what was found, in order. */
  @FunctionalInterface
  interface Taker<T> {
    void accept(T found) throws IOException;
  }

  /**
   * A sweep over {@code subject}.
   *
   * @param reading how pages are read
   * @param overlap bytes of the next piece that a piece is given too
   * @param progress takes bytes that were gone through
   */
  Sweep(Subject subject, Reading reading, int overlap, Work<T> work, LongConsumer progress) {
    this.subject = subject;
    this.reading = reading;
    this.work = work;
    this.progress = progress;
    this.pageShift = subject.checkpoint().host().pageShift();
    this.overlap = overlap + (1 << pageShift) - 1 >>> pageShift;
    this.chunkPages = CHUNK_BYTES >>> pageShift;
    this.buffers = ThreadLocal.withInitial(() -> new byte[chunkPages + this.overlap << pageShift]);
  }

  void run(List<Area> areas, Taker<T> taker) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, task -> new Thread(null, task, "sweep", STACK_BYTES))) {
      Deque<Future<T>> waiting = new ArrayDeque<>();
      try {
        for (Area area : areas) {
          for (long done = 0; done < area.numPages(); done += chunkPages) {
            if (waiting.size() > 2 * threads) {
              taker.accept(await(waiting.removeFirst()));
            }
            long first = done;
            waiting.add(pool.submit(() -> piece(area, first)));
          }
        }
        while (!waiting.isEmpty()) {
          taker.accept(await(waiting.removeFirst()));
        }
      } finally {
        waiting.forEach(task -> task.cancel(false));
      }
    }
  }

  private T piece(Area area, long done) throws IOException {
    int own = (int) Math.min(chunkPages, area.numPages() - done);
    int all = (int) Math.min(own + overlap, area.numPages() - done);
    byte[] bytes = buffers.get();
    long page = area.firstPage() + done;
    read(area.object(), page, all, MemorySegment.ofArray(bytes));
    T found =
        work.apply(
            new Chunk(area.object(), page << pageShift, bytes, own << pageShift, all << pageShift));
    progress.accept((long) own << pageShift);
    return found;
  }

  /** Images of other formats are read by one thread at a time. */
  private void read(int object, long page, int numPages, MemorySegment into) throws IOException {
    boolean alone = !subject.image().isCkimg();
    if (alone) {
      lock.lock();
    }
    try {
      reading.copy(subject.checkpoint().memory(), object, page, numPages, into);
    } finally {
      if (alone) {
        lock.unlock();
      }
    }
  }

  private static <T> T await(Future<T> task) throws IOException {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failed -> throw failed;
        case RuntimeException failed -> throw failed;
        case Error failed -> throw failed;
        default -> throw new IOException(e.getCause());
      }
    }
  }
}
