package org.ckimg.writer;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import org.ckimg.spec.Format;
import org.ckimg.spec.model.Digest;

/**
 * The same image, signed: it differs from the original in the signature and in the checksum of the
 * footer, and has the same identity.
 */
public final class SignedCopy {
  private static final int BUFFER_BYTES = 1 << 20;

  private SignedCopy() {}

  /**
   * Writes the copy. A signature that the original has is replaced.
   *
   * @param image the original, whole; its position does not matter and stays
   * @param identity root digest of the original, which was verified: this is what is signed
   * @throws IOException also when the original has another identity, because somebody changed it
   */
  public static void write(
      FileChannel image, Digest identity, WritableByteChannel out, ImageSigner signer)
      throws IOException {
    long footerAt = image.size() - Format.FOOTER_BYTES;
    ByteBuffer last = ByteBuffer.allocate(Format.FOOTER_BYTES);
    readFully(image, footerAt, last);
    Footer footer = Footer.of(last.array());
    if (!footer.root().equals(identity)) {
      throw new IOException("the image was changed while it was being signed");
    }
    footer.sign(signer);
    Output output = new Output(out);
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    for (long at = 0; at < footerAt; at += BUFFER_BYTES) {
      buffer.clear().limit((int) Math.min(BUFFER_BYTES, footerAt - at));
      readFully(image, at, buffer);
      output.write(buffer.flip());
    }
    output.write(footer.sealed());
    output.flush();
  }

  private static void readFully(FileChannel image, long offset, ByteBuffer target)
      throws IOException {
    while (target.hasRemaining()) {
      if (image.read(target, offset + target.position()) < 0) {
        throw new EOFException("the image became shorter while it was being signed");
      }
    }
  }
}
