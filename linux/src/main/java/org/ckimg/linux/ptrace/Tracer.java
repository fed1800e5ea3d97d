package org.ckimg.linux.ptrace;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The one thread that traces. ptrace(2) binds a tracee to the operating system thread that attached
 * to it, so every request runs here; a virtual thread would move.
 */
public final class Tracer implements AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("tracer").daemon(true).factory());

  /** Starts the thread. */
  public Tracer() {}

  /** Runs {@code work} on the tracing thread and waits for it. */
  public <T> T call(Callable<T> work) throws IOException {
    try {
      return thread.submit(work).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while tracing", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException runtime -> throw runtime;
        case Error error -> throw error;
        default -> throw new IOException(e.getCause());
      }
    }
  }

  /** Ends the thread after the work that was submitted. */
  @Override
  public void close() {
    thread.close();
  }
}
