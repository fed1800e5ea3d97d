package org.ckimg.interop.archive;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.ckimg.interop.ByteSource;

/** How an archive is compressed; engines give it any name, so that only the content says so. */
enum Codec {
  NONE("a tar archive", ""),
  GZIP("gzip data", "1f8b08"),
  ZSTD("Zstandard data", "28b52ffd"),
  /** Zstandard that starts with a frame for others, as pzstd writes it. */
  ZSTD_SKIPPABLE("Zstandard data", "502a4d18"),
  XZ("xz data", "fd377a585a00"),
  BZIP2("bzip2 data", "425a68");

  private static final int TAR_MAGIC_AT = 257;
  private static final byte[] TAR_MAGIC = "ustar".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BZIP2_BLOCK = HexFormat.of().parseHex("314159265359");
  private static final int BZIP2_BLOCK_AT = 4;

  /** The largest dictionary that xz makes without being told otherwise is of 64 MiB. */
  private static final int XZ_MEMORY_KIB = 80 << 10;

  private final String text;
  private final byte[] magic;

  Codec(String text, String magic) {
    this.text = text;
    this.magic = HexFormat.of().parseHex(magic);
  }

  /** What it is, for people. */
  String text() {
    return text;
  }

  /** By the first bytes; empty when they are neither those of a tar nor of a codec. */
  static Optional<Codec> of(ByteSource source) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(TAR_MAGIC_AT + TAR_MAGIC.length);
    source.read(0, head);
    byte[] bytes = Arrays.copyOf(head.array(), head.position());
    return Arrays.stream(values()).filter(codec -> codec.isAt(bytes)).findFirst();
  }

  private boolean isAt(byte[] bytes) {
    return switch (this) {
      case NONE -> isTar(bytes);
      case GZIP, ZSTD, ZSTD_SKIPPABLE, XZ -> has(bytes, 0, magic);
      case BZIP2 -> has(bytes, 0, magic) && has(bytes, BZIP2_BLOCK_AT, BZIP2_BLOCK);
    };
  }

  /** True when bytes start with a header of a tar of POSIX or GNU. */
  static boolean isTar(byte[] bytes) {
    return has(bytes, TAR_MAGIC_AT, TAR_MAGIC);
  }

  private static boolean has(byte[] bytes, int at, byte[] wanted) {
    int end = at + wanted.length;
    return bytes.length >= end && Arrays.equals(bytes, at, end, wanted, 0, wanted.length);
  }

  /** Decodes all members, streams or frames that follow each other. */
  InputStream decoder(SourceStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP ->
          GzipCompressorInputStream.builder()
              .setInputStream(in)
              .setDecompressConcatenated(true)
              .get();
      // Commons Compress has no decoder of its own; the native one that it takes would be unpacked
      // to a file that stays when this process is killed.
      case ZSTD, ZSTD_SKIPPABLE -> new ZstdInputStream(new ZstdFrames(in));
      case XZ ->
          XZCompressorInputStream.builder()
              .setInputStream(in)
              .setDecompressConcatenated(true)
              .setMemoryLimitKiB(XZ_MEMORY_KIB)
              .get();
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
    };
  }
}
