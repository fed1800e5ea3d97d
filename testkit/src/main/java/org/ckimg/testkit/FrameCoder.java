package org.ckimg.testkit;

import java.util.function.UnaryOperator;

/** Turns the pages of a frame into its stored bytes. */
public interface FrameCoder {
  /** Number of the codec: 0 raw, 1 LZ4 block, 2 Zstandard. */
  int codec();

  /** The stored bytes. */
  byte[] encode(byte[] pages);

  /** Stores pages as they are. */
  FrameCoder RAW = of(0, pages -> pages);

  /** LZ4 blocks of runs of equal bytes. */
  FrameCoder LZ4 = of(1, RunCodes::lz4);

  /** Zstandard frames of runs of equal bytes. */
  FrameCoder ZSTD = of(2, RunCodes::zstd);

  /** What {@code coder} makes, declared as {@code codec}. */
  static FrameCoder of(int codec, UnaryOperator<byte[]> coder) {
    return new FrameCoder() {
      @Override
      public int codec() {
        return codec;
      }

      @Override
      public byte[] encode(byte[] pages) {
        return coder.apply(pages);
      }
    };
  }
}
