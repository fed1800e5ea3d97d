package org.ckimg.writer;

import io.airlift.compress.v3.Compressor;
import io.airlift.compress.v3.lz4.Lz4Compressor;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.ckimg.spec.Format;

/** Codes frames. For one thread at a time. */
final class FrameEncoder implements AutoCloseable {
  private static final int FRAME_BYTES = 1 << Format.FRAME_SHIFT;

  private final Optional<Compressor> compressor;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer;

  FrameEncoder(Compression compression) {
    compressor =
        switch (compression.codec()) {
          case RAW -> Optional.empty();
          case LZ4 -> Optional.of(Lz4Compressor.create());
          case ZSTD -> Optional.of(ZstdCompressor.create(compression.level().orElseThrow()));
        };
    buffer =
        compressor.isPresent()
            ? arena.allocate(compressor.get().maxCompressedLength(FRAME_BYTES))
            : MemorySegment.NULL;
  }

  /** The coded form, valid until the next call; empty when it does not save an eighth. */
  Optional<MemorySegment> encode(MemorySegment pages) {
    if (compressor.isEmpty()) {
      return Optional.empty();
    }
    int length = compressor.get().compress(pages, buffer);
    return length * 8L <= pages.byteSize() * 7
        ? Optional.of(buffer.asSlice(0, length))
        : Optional.empty();
  }

  @Override
  public void close() {
    arena.close();
  }
}
