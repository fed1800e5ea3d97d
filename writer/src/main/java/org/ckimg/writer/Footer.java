package org.ckimg.writer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.ckimg.spec.Format;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;

/** The last 256 bytes: FORMAT.md, section 10. */
final class Footer {
  /** Bytes that stand before the root and are under it. */
  static final int BYTES_UNDER_ROOT = 32;

  private static final int ED25519 = 1;
  private static final int AT_ALGORITHM = 64;
  private static final int AT_KEY = 72;
  private static final int KEY_BYTES = 32;
  private static final int AT_SIGNATURE = 104;
  private static final int SIGNATURE_BYTES = 64;
  private static final int AT_CRC = 240;
  private static final int AT_END_MAGIC = 248;

  private final ByteBuffer bytes;

  private Footer(ByteBuffer bytes) {
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Of a new image; root and signature are missing. */
  static Footer of(long directoryOffset, long fileLength, int numSections) {
    ByteBuffer bytes = ByteBuffer.allocate(Format.FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes
        .putLong(Format.FOOTER_MAGIC)
        .putLong(directoryOffset)
        .putLong(fileLength)
        .putInt(numSections)
        .putLong(AT_END_MAGIC, Format.END_MAGIC);
    return new Footer(bytes);
  }

  /** Of an image that is there; the array becomes the footer's. */
  static Footer of(byte[] bytes) {
    return new Footer(ByteBuffer.wrap(bytes));
  }

  byte[] underRoot() {
    return slice(0, BYTES_UNDER_ROOT);
  }

  Digest root() {
    return Digest.of(slice(BYTES_UNDER_ROOT, Digest.LENGTH));
  }

  void setRoot(byte[] root) {
    bytes.put(BYTES_UNDER_ROOT, root);
  }

  /** Signs the root; a signature that was there is replaced. */
  void sign(ImageSigner signer) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(Hashing.tag("sign"));
    message.writeBytes(root().value().toArray());
    Bytes key = signer.publicKey();
    byte[] signature = signer.sign(message.toByteArray());
    if (key.length() != KEY_BYTES || signature.length != SIGNATURE_BYTES) {
      throw new IllegalArgumentException(
          "a key of %d and a signature of %d bytes, not %d and %d"
              .formatted(key.length(), signature.length, KEY_BYTES, SIGNATURE_BYTES));
    }
    bytes.putShort(AT_ALGORITHM, (short) ED25519);
    bytes.put(AT_KEY, key.toArray());
    bytes.put(AT_SIGNATURE, signature);
  }

  /** All of it, with its checksum. */
  ByteBuffer sealed() {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, AT_CRC);
    bytes.putInt(AT_CRC, (int) crc.getValue());
    return bytes.duplicate().rewind();
  }

  private byte[] slice(int from, int length) {
    byte[] slice = new byte[length];
    bytes.get(from, slice);
    return slice;
  }
}
