package org.ckimg.reader.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Rule;
import org.ckimg.spec.TruncatedImageException;

/**
 * The bytes of an image, read by position, so that threads share it. The length is taken once: a
 * file that grows stays what it was, one that shrinks is cut.
 */
public final class ImageFile {
  private final FileChannel channel;
  private final long length;

  /** Takes the length of {@code channel}, which stays the caller's to close. */
  public ImageFile(FileChannel channel) throws IOException {
    this.channel = channel;
    this.length = channel.size();
  }

  /** Bytes in the file. */
  public long length() {
    return length;
  }

  /** True when {@code count} bytes from {@code offset} lie before {@code end}. */
  public static boolean fits(long offset, long count, long end) {
    return offset >= 0 && offset <= end && count <= end - offset;
  }

  /**
   * A little-endian buffer of {@code count} bytes.
   *
   * @param offset from the image's start; the caller has checked that the file has the bytes
   * @throws TruncatedImageException when the file shrank
   */
  public ByteBuffer read(long offset, int count) throws IOException {
    if (!fits(offset, count, length)) {
      throw cut(offset, count);
    }
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    read(offset, buffer);
    return buffer.flip();
  }

  /** Fills what remains of {@code into}. */
  public void read(long offset, ByteBuffer into) throws IOException {
    long at = offset;
    while (into.hasRemaining()) {
      int got = channel.read(into, at);
      if (got < 0) {
        throw cut(at, into.remaining());
      }
      at += got;
    }
  }

  private TruncatedImageException cut(long offset, int count) {
    String text = "%d bytes end behind the end of the file".formatted(count);
    return new TruncatedImageException(new Finding(Rule.FTR_03, "footer", offset, text));
  }
}
