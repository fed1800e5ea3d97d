package org.ckimg.writer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.ckimg.spec.Format;

/**
 * The frames of one block: raw ones first, back to back, so that they can be mapped; then those
 * that are coded.
 */
final class Frames implements AutoCloseable {
  private static final int FRAME_BYTES = 1 << Format.FRAME_SHIFT;
  private static final int MAX_FRAMES = 1 << Format.BLOCK_SHIFT - Format.FRAME_SHIFT;

  private final int codec;
  private final FrameEncoder encoder;
  private final boolean[] coded = new boolean[MAX_FRAMES];
  private final int[] offsets = new int[MAX_FRAMES];
  private final int[] lengths = new int[MAX_FRAMES];
  private Arena arena = Arena.ofShared();
  private MemorySegment raw = MemorySegment.NULL;
  private MemorySegment codedBytes = MemorySegment.NULL;
  private int size;
  private int numRawBytes;
  private int numCodedBytes;

  Frames(Compression compression) {
    codec = compression.codec().ordinal();
    encoder = new FrameEncoder(compression);
  }

  /**
   * Cuts and codes.
   *
   * @param pages all stored pages; raw frames are moved down over those that were coded
   * @param bytes of them
   */
  void encode(MemorySegment pages, int bytes) {
    raw = pages;
    size = (bytes + FRAME_BYTES - 1) / FRAME_BYTES;
    numRawBytes = 0;
    numCodedBytes = 0;
    for (int frame = 0; frame < size; frame++) {
      int from = frame * FRAME_BYTES;
      MemorySegment plain = pages.asSlice(from, Math.min(FRAME_BYTES, bytes - from));
      Optional<MemorySegment> shorter = encoder.encode(plain);
      coded[frame] = shorter.isPresent();
      if (shorter.isPresent()) {
        addCoded(frame, shorter.get(), bytes);
      } else {
        addRaw(frame, plain);
      }
    }
  }

  private void addRaw(int frame, MemorySegment plain) {
    offsets[frame] = numRawBytes;
    lengths[frame] = (int) plain.byteSize();
    if (numRawBytes != frame * FRAME_BYTES) {
      MemorySegment.copy(plain, 0, raw, numRawBytes, plain.byteSize());
    }
    numRawBytes += lengths[frame];
  }

  private void addCoded(int frame, MemorySegment shorter, int bytes) {
    if (codedBytes.byteSize() < bytes) {
      arena.close();
      arena = Arena.ofShared();
      codedBytes = arena.allocate(bytes);
    }
    offsets[frame] = numCodedBytes;
    lengths[frame] = (int) shorter.byteSize();
    MemorySegment.copy(shorter, 0, codedBytes, numCodedBytes, shorter.byteSize());
    numCodedBytes += lengths[frame];
  }

  int size() {
    return size;
  }

  boolean isCoded(int frame) {
    return coded[frame];
  }

  int codec(int frame) {
    return coded[frame] ? codec : Format.CODEC_RAW;
  }

  /** From the start of the data. */
  int offset(int frame) {
    return offsets[frame] + (coded[frame] ? numRawBytes : 0);
  }

  /** The stored bytes. */
  ByteBuffer bytes(int frame) {
    MemorySegment where = coded[frame] ? codedBytes : raw;
    return where.asSlice(offsets[frame], lengths[frame]).asByteBuffer();
  }

  /** Raw frames. */
  ByteBuffer rawBytes() {
    return raw.asSlice(0, numRawBytes).asByteBuffer();
  }

  /** Coded frames. */
  ByteBuffer codedBytes() {
    return codedBytes.asSlice(0, numCodedBytes).asByteBuffer();
  }

  int numRawBytes() {
    return numRawBytes;
  }

  int numCodedBytes() {
    return numCodedBytes;
  }

  @Override
  public void close() {
    encoder.close();
    arena.close();
  }
}
