package org.ckimg.reader.internal.pages;

import io.airlift.compress.v3.Decompressor;
import io.airlift.compress.v3.lz4.Lz4Decompressor;
import io.airlift.compress.v3.zstd.ZstdDecompressor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.ckimg.spec.Format;

/** Decodes the stored bytes of frames; their digest was proven before. */
final class FrameDecoder {
  private FrameDecoder() {}

  /**
   * Decodes one frame.
   *
   * @param codec LZ4 or Zstandard
   * @param stored from position to limit; the position stays
   * @param pages exactly the pages of the frame; the position stays
   * @return false when it does not decode to exactly that many bytes
   */
  static boolean decode(int codec, ByteBuffer stored, ByteBuffer pages) {
    boolean zstd = codec == Format.CODEC_ZSTD;
    if (zstd && !ZstdFrame.isPermitted(stored)) {
      return false;
    }
    // Decoders have state: one for each frame, so that frames can be decoded on several threads.
    Decompressor decoder = zstd ? ZstdDecompressor.create() : Lz4Decompressor.create();
    try {
      int length =
          decoder.decompress(MemorySegment.ofBuffer(stored), MemorySegment.ofBuffer(pages));
      return length == pages.remaining();
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // The library has several exceptions for bytes that are no frame, all of these two kinds.
      return false;
    }
  }
}
