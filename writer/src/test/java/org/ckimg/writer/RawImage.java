package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Takes an image apart by the numbers of FORMAT.md, and checks checksums and digests as it goes.
 */
final class RawImage {
  /** One section; offsets are those of the file. */
  record Part(
      int type, int flags, int item, long offset, byte[] meta, long dataOffset, byte[] data) {
    ByteBuffer view() {
      return ByteBuffer.wrap(meta).order(ByteOrder.LITTLE_ENDIAN);
    }

    int u4(int at) {
      return view().getInt(at);
    }
  }

  final List<Part> parts = new ArrayList<>();
  final byte[] root;
  private final ByteBuffer file;
  private final int pageSize;

  RawImage(byte[] image) throws Exception {
    file = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    pageSize = 1 << image[12];
    assertEquals(crc(0, 124), file.getInt(124));
    int footer = image.length - 256;
    int directory = (int) file.getLong(footer + 8);
    assertEquals(image.length, file.getLong(footer + 16));
    assertEquals(crc(footer, footer + 240), file.getInt(footer + 240));
    int entry = directory + 64;
    for (int at = 128; at < directory; entry += 80) {
      at = section(at, entry);
    }
    assertEquals(parts.size(), file.getInt(footer + 24));
    assertEquals(parts.size() * 80, file.getInt(directory + 24));
    assertEquals(footer, aligned(entry));
    root = Arrays.copyOfRange(image, footer + 32, footer + 64);
    assertArrayEquals(
        root, hash("root", slice(0, 128), slice(directory, footer), slice(footer, footer + 32)));
  }

  List<Part> ofType(int type) {
    return parts.stream().filter(p -> p.type() == type).toList();
  }

  private int section(int at, int entry) throws Exception {
    assertEquals(0x8f534b43, file.getInt(at));
    assertEquals(parts.size(), file.getInt(at + 8));
    assertEquals(at, file.getLong(at + 16));
    assertEquals(crc(at, at + 60), file.getInt(at + 60));
    int metaBytes = file.getInt(at + 24);
    int dataBytes = file.getInt(at + 28);
    int dataOffset = file.getInt(at + 32);
    int metaEnd = at + 64 + metaBytes;
    int padEnd = dataBytes == 0 ? aligned(metaEnd) : at + dataOffset;
    assertEquals(
        dataBytes == 0 ? 0 : (metaEnd + pageSize - 1) / pageSize * pageSize - at, dataOffset);
    assertArrayEquals(new byte[padEnd - metaEnd], slice(metaEnd, padEnd));
    assertEquals(crc(at + 64, padEnd), file.getInt(at + 36));
    byte[] data = dataBytes == 0 ? new byte[0] : slice(padEnd, padEnd + dataBytes);
    assertArrayEquals(slice(at + 4, at + 8), slice(entry, entry + 4));
    assertArrayEquals(slice(at + 12, at + 16), slice(entry + 4, entry + 8));
    assertArrayEquals(slice(at + 16, at + 32), slice(entry + 8, entry + 24));
    assertArrayEquals(hash("section", slice(at, padEnd)), slice(entry + 48, entry + 80));
    parts.add(
        new Part(
            file.getShort(at + 4) & 0xffff,
            file.getShort(at + 6),
            file.getInt(at + 12),
            at,
            slice(at + 64, metaEnd),
            padEnd,
            data));
    return padEnd + dataBytes;
  }

  byte[] slice(long from, long to) {
    return Arrays.copyOfRange(file.array(), (int) from, (int) to);
  }

  private int crc(int from, int to) {
    return crc(slice(from, to));
  }

  static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  static byte[] hash(String tag, byte[]... pieces) throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    sha.update(Arrays.copyOf(("ckimg1 " + tag).getBytes("US-ASCII"), 16));
    for (byte[] piece : pieces) {
      sha.update(piece);
    }
    return sha.digest();
  }

  private static int aligned(int value) {
    return (value + 63) / 64 * 64;
  }
}
