package org.ckimg.tools.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A signal that ends ckimg in the middle of something. The virtual machine does not end before the
 * work has heard of it and is given up, or has come to its end.
 */
public final class Interruption implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::hear);
  private volatile boolean asked;

  private Interruption() {}

  /** The work begins. */
  public static Interruption begin() {
    Interruption interruption = new Interruption();
    try {
      Runtime.getRuntime().addShutdownHook(interruption.hook);
    } catch (IllegalStateException e) {
      interruption.asked = true;
    }
    return interruption;
  }

  /** True when the work is to be given up. */
  public boolean isAsked() {
    return asked;
  }

  private void hear() {
    asked = true;
    try {
      ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The work has ended. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is running, and has what it waited for.
      return;
    }
  }
}
