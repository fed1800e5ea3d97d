package org.ckimg.testkit.archive;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;

/** How an archive is compressed. */
public enum Packing {
  /** Not at all. */
  NONE,
  GZIP,
  ZSTD,
  XZ,
  BZIP2;

  /** Writes what is to be compressed. */
  @FunctionalInterface
  public interface Content {
    void to(OutputStream out) throws IOException;
  }

  /** The bytes, compressed. */
  public byte[] pack(byte[] bytes) {
    return pack(out -> out.write(bytes));
  }

  /** The same, of what does not fit into memory. */
  public byte[] pack(Content content) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = stream(packed)) {
      content.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private OutputStream stream(OutputStream out) throws IOException {
    return switch (this) {
      case NONE -> out;
      case GZIP -> new GZIPOutputStream(out);
      case ZSTD -> new ZstdOutputStream(out);
      case XZ -> new XZCompressorOutputStream(out);
      case BZIP2 -> new BZip2CompressorOutputStream(out);
    };
  }
}
