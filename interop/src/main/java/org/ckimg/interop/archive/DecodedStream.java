package org.ckimg.interop.archive;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.MemoryLimitException;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.ImageException;

/**
 * An archive without its compression, from first to last byte. Where the data was cut, it ends;
 * where it is wrong or goes on without measure, reading fails with an exception of the family.
 */
final class DecodedStream extends BlockStream {
  private static final long MAX_PLAIN = 1L << 30;
  private static final int MAX_RATIO = 100;

  private final SourceStream source;
  private final Codec codec;
  private final long limit;
  private InputStream decoder;
  private long position;
  private boolean cut;

  /** Of what {@link Codec#of} recognised. */
  DecodedStream(ByteSource source, Codec codec) {
    this(source, codec, MAX_PLAIN + source.length() * MAX_RATIO);
  }

  /** The same, with at most {@code limit} bytes. */
  DecodedStream(ByteSource source, Codec codec, long limit) {
    this.source = new SourceStream(source);
    this.codec = codec;
    this.limit = codec == Codec.NONE ? Long.MAX_VALUE : limit;
  }

  /** How it is compressed, for people. */
  String text() {
    return codec.text();
  }

  /** Bytes that were read or passed over. */
  long position() {
    return position;
  }

  /** True when the data ended before its own end mark; a tar has that itself. */
  boolean isCut() {
    return cut;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = cut ? -1 : decode(into, offset, length);
    if (count > 0) {
      source.fed();
      position += count;
    }
    if (position > limit) {
      throw ArchiveRule.BOUND.malformed(
          "archive",
          source.position(),
          "these %d bytes decode to more than %d: a bomb; decompress it yourself if you trust it",
          source.source().length(),
          limit);
    }
    return count;
  }

  private int decode(byte[] into, int offset, int length) throws IOException {
    try {
      if (decoder == null) {
        decoder = codec.decoder(source);
      }
      return decoder.read(into, offset, length);
    } catch (ImageException e) {
      throw e;
    } catch (MemoryLimitException e) {
      throw ArchiveRule.BOUND.unsupported(
          "archive", source.position(), "xz needs %d KiB of memory", e.getMemoryNeededInKb());
    } catch (IOException e) {
      if (source.hasFailed() || codec == Codec.NONE) {
        throw e;
      }
      if (!source.isStarved()) {
        throw malformed(e);
      }
      cut = true;
      return -1;
    } catch (RuntimeException e) {
      // How decoders say that data makes no sense: aircompressor always, others where they slip.
      throw malformed(e);
    }
  }

  private ImageException malformed(Exception cause) {
    ImageException malformed =
        ArchiveRule.STREAM.malformed(
            "archive", source.position(), "no %s: %s", codec.text(), cause.getMessage());
    malformed.initCause(cause);
    return malformed;
  }

  /** Passes over bytes without reading them where nothing is compressed. */
  @Override
  public long skip(long count) throws IOException {
    if (codec == Codec.NONE) {
      long skipped = source.skip(count);
      position += skipped;
      return skipped;
    }
    byte[] scratch = new byte[Math.clamp(count, 1, 1 << 16)];
    long left = count;
    while (left > 0) {
      int read = read(scratch, 0, (int) Math.min(left, scratch.length));
      if (read < 0) {
        break;
      }
      left -= read;
    }
    return count - left;
  }
}
