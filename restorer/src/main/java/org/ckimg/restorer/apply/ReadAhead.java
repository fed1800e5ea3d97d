package org.ckimg.restorer.apply;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ckimg.spec.model.Memory;

/**
 * Pages on their way from an image into a process: workers read and prove them, the caller's thread
 * writes them, in order. There are never more than a few pieces of 1 MiB.
 */
final class ReadAhead implements AutoCloseable {
  /** Pages of 4 KiB in a piece. */
  static final int MAX_PAGES = 256;

  private static final int PAGE = 4096;

  /** The caller's thread writes as fast as one or two others prove. */
  private static final int MOST_THREADS = 2;

  private static final int THREADS =
      Math.clamp(Runtime.getRuntime().availableProcessors() - 1, 1, MOST_THREADS);
  private static final int PIECES = 4 * THREADS + 2;

  private final Memory memory;
  private final Sink sink;
  private final Arena arena = Arena.ofShared();
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          THREADS, Thread.ofPlatform().daemon().name("ckimg-reader-", 1).factory());
  private final Deque<MemorySegment> free = new ArrayDeque<>();
  private final Deque<Future<Piece>> inFlight = new ArrayDeque<>();

  /** Takes pages that were proven. */
  @FunctionalInterface
  interface Sink {
    /** Writes them. */
    void write(Piece piece) throws IOException;
  }

  /**
   * Consecutive pages.
   *
   * @param buffer that the bytes lie in
   * @param bytes exactly the pages
   * @param address where they go
   * @param startsZero true when memory there is zero already
   */
  record Piece(MemorySegment buffer, MemorySegment bytes, long address, boolean startsZero) {}

  ReadAhead(Memory memory, Sink sink) {
    this.memory = memory;
    this.sink = sink;
    for (int i = 0; i < PIECES; i++) {
      free.add(arena.allocate((long) MAX_PAGES * PAGE, PAGE));
    }
  }

  /** Has pages read; earlier ones may be written meanwhile. */
  void add(int object, long firstPage, int numPages, long address, boolean startsZero)
      throws IOException {
    if (free.isEmpty()) {
      writeNext();
    }
    MemorySegment buffer = free.remove();
    MemorySegment bytes = buffer.asSlice(0, (long) numPages * PAGE);
    inFlight.add(
        workers.submit(() -> {
          memory.read(object, firstPage, numPages, bytes);
          return new Piece(buffer, bytes, address, startsZero);
        }));
  }

  /** Writes what is in flight. */
  void drain() throws IOException {
    while (!inFlight.isEmpty()) {
      writeNext();
    }
  }

  private void writeNext() throws IOException {
    Piece piece = await(inFlight.remove());
    sink.write(piece);
    free.add(piece.buffer());
  }

  private static Piece await(Future<Piece> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while pages were read");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IllegalStateException("pages cannot be read", e.getCause());
    }
  }

  /** Ends the workers before their buffers go. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
    arena.close();
  }
}
