package org.ckimg.testkit.witness;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import org.ckimg.testkit.Numbers;

/** Frames decoded: section 8 of FORMAT.md. */
final class PlainCodecs {
  private static final int ZSTD_MAGIC = 0xfd2fb528;
  private static final int MAX_WINDOW = 1 << 18;
  private static final int MIN_MATCH = 4;

  private PlainCodecs() {}

  /** The pages of a coded frame, exactly {@code length} bytes. */
  static byte[] decode(int codec, byte[] body, int length) throws Refusal {
    try {
      return codec == 1 ? lz4(body, length) : zstd(body, length);
    } catch (MalformedInputException | IndexOutOfBoundsException e) {
      throw new Refusal("a frame that does not decode: " + e.getMessage());
    }
  }

  /** An LZ4 block: token, literals, distance, again and again; literals at the end. */
  private static byte[] lz4(byte[] body, int length) throws Refusal {
    byte[] pages = new byte[length];
    int from = 0;
    int to = 0;
    while (true) {
      int token = body[from++] & 0xff;
      int literals = token >> 4;
      for (int more = literals == 15 ? 255 : 0; more == 255; literals += more) {
        more = body[from++] & 0xff;
      }
      System.arraycopy(body, from, pages, to, literals);
      from += literals;
      to += literals;
      if (from == body.length) {
        Refusal.unless(to == length, "a frame of " + to + " bytes");
        return pages;
      }
      int distance = (int) Numbers.get(body, from, 2);
      from += 2;
      int match = token & 15;
      for (int more = match == 15 ? 255 : 0; more == 255; match += more) {
        more = body[from++] & 0xff;
      }
      Refusal.unless(distance > 0 && distance <= to, "a match before the start");
      for (int i = 0; i < match + MIN_MATCH; i++, to++) {
        pages[to] = pages[to - distance];
      }
    }
  }

  private static byte[] zstd(byte[] body, int length) throws Refusal {
    Refusal.unless((int) Numbers.get(body, 0, 4) == ZSTD_MAGIC, "no Zstandard frame");
    int descriptor = body[4] & 0xff;
    Refusal.unless((descriptor & 0x0b) == 0, "a dictionary, or a reserved bit");
    boolean single = (descriptor & 0x20) != 0;
    int sizeFlag = descriptor >> 6;
    int at = single ? 5 : 6;
    int sizeBytes = sizeFlag == 0 ? single ? 1 : 0 : 1 << sizeFlag;
    long size = Numbers.get(body, at, sizeBytes) + (sizeBytes == 2 ? 256 : 0);
    Refusal.unless(sizeBytes == 0 || size == length, "a frame of " + size + " bytes");
    if (!single) {
      long base = 1L << 10 + ((body[5] & 0xff) >> 3);
      long window = base + base / 8 * (body[5] & 7);
      Refusal.unless(window <= MAX_WINDOW, "a window of " + window + " bytes");
    }
    int end = at + sizeBytes;
    for (boolean last = false; !last; ) {
      int block = (int) Numbers.get(body, end, 3);
      last = (block & 1) != 0;
      end += 3 + ((block >> 1 & 3) == 1 ? 1 : block >> 3);
    }
    end += (descriptor & 4) != 0 ? 4 : 0;
    Refusal.unless(end == body.length, "more than one frame");
    byte[] pages = new byte[length];
    int decoded = new ZstdJavaDecompressor().decompress(body, 0, body.length, pages, 0, length);
    Refusal.unless(decoded == length, "a frame of " + decoded + " bytes");
    return pages;
  }
}
