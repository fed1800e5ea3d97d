package org.ckimg.writer;

import java.util.Optional;

/**
 * How an image is written.
 *
 * @param threads workers that hash pages, 1 to 64; threads + 1 blocks of at most 16 MiB are held
 *     outside the heap; they do not change the image
 * @param compression of pages
 * @param signer whose signature the image gets
 */
public record WriterSettings(int threads, Compression compression, Optional<ImageSigner> signer) {
  private static final int MAX_THREADS = 64;

  /** One thread reads at the rate at which about this many hash. */
  private static final int DEFAULT_THREADS = 4;

  /** Checks the range. */
  public WriterSettings {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(threads + " threads, 1 to " + MAX_THREADS + " can be had");
    }
  }

  /** Without a signature. */
  public WriterSettings(int threads, Compression compression) {
    this(threads, compression, Optional.empty());
  }

  /** A worker for each processor, at most four; nothing is compressed. */
  public static WriterSettings defaults() {
    return defaults(Compression.NONE);
  }

  /** A worker for each processor, at most four. */
  public static WriterSettings defaults(Compression compression) {
    return new WriterSettings(
        Math.min(DEFAULT_THREADS, Runtime.getRuntime().availableProcessors()), compression);
  }

  /** These with another signer, or with none. */
  public WriterSettings signedBy(Optional<ImageSigner> other) {
    return new WriterSettings(threads, compression, other);
  }
}
