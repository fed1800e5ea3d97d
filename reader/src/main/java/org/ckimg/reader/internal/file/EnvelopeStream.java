package org.ckimg.reader.internal.file;

import io.kaitai.struct.ByteBufferKaitaiStream;
import java.nio.ByteBuffer;
import org.ckimg.spec.Format;

/**
 * What the generated root type sees: header, footer and the length of the file, which may be beyond
 * the 2 GiB that the runtime's own streams know. Everything between is parsed from slices.
 */
final class EnvelopeStream extends ByteBufferKaitaiStream {
  private final long length;

  /**
   * A view of a file.
   *
   * @param header 128 bytes
   * @param footer 256 bytes; zero when the file has none
   * @param length of the file
   */
  EnvelopeStream(byte[] header, byte[] footer, long length) {
    super(ByteBuffer.allocate(header.length + footer.length).put(header).put(footer).flip());
    this.length = length;
  }

  @Override
  public long size() {
    return length;
  }

  @Override
  public void seek(long to) {
    super.seek(to == length - Format.FOOTER_BYTES ? Format.HEADER_BYTES : to);
  }
}
