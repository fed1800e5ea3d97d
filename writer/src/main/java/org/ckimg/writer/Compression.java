package org.ckimg.writer;

import io.airlift.compress.v3.zstd.ZstdNativeCompressor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import org.ckimg.spec.model.Bytes;

/**
 * Whether and how frames are coded. A frame that coding does not make an eighth smaller is stored
 * as it is.
 *
 * @param codec of the frames
 * @param level of Zstandard, 1 to 22; other codecs have none
 */
public record Compression(Codec codec, OptionalInt level) {
  /** Every frame as it is: the fastest, and what can be mapped. */
  public static final Compression NONE = new Compression(Codec.RAW, OptionalInt.empty());

  /** LZ4. */
  public static final Compression LZ4 = new Compression(Codec.LZ4, OptionalInt.empty());

  /** The level whose gain the next ones hardly better, at half their time. */
  private static final int DEFAULT_LEVEL = 1;

  /** The one level of the codec's Java code, for systems where its native library does not load. */
  private static final int JAVA_LEVEL = 3;

  private static final int MAX_LEVEL = 22;

  /** How a frame is coded; the order is that of the numbers in the image, from 0. */
  public enum Codec {
    RAW,
    LZ4,
    ZSTD
  }

  /** Checks the level. */
  public Compression {
    boolean leveled = codec == Codec.ZSTD;
    if (leveled != level.isPresent()
        || leveled && (level.getAsInt() < 1 || level.getAsInt() > MAX_LEVEL)) {
      throw new IllegalArgumentException(
          "%s has levels 1 to %d, no other codec has any".formatted(Codec.ZSTD, MAX_LEVEL));
    }
  }

  /** What codes, and its version; empty when nothing does. */
  public Optional<Bytes> library() throws IOException {
    if (codec == Codec.RAW) {
      return Optional.empty();
    }
    Properties codecs = new Properties();
    try (InputStream in = Compression.class.getResourceAsStream("codecs.properties")) {
      codecs.load(in);
    }
    return Optional.of(Bytes.utf8(codecs.getProperty("library")));
  }

  /**
   * Zstandard at this level, 1 to 22.
   *
   * @throws IllegalArgumentException when there is no such level, here or at all
   */
  public static Compression zstd(int level) {
    if (level != JAVA_LEVEL && !ZstdNativeCompressor.isEnabled()) {
      throw new IllegalArgumentException(
          "level %d needs the codec's native library, which does not load here; level %d is there"
              .formatted(level, JAVA_LEVEL));
    }
    return new Compression(Codec.ZSTD, OptionalInt.of(level));
  }

  /** Zstandard at level 1, or at 3 where there is no other. */
  public static Compression zstd() {
    return zstd(ZstdNativeCompressor.isEnabled() ? DEFAULT_LEVEL : JAVA_LEVEL);
  }
}
