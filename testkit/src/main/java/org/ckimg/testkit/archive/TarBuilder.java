package org.ckimg.testkit.archive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A tar, header by header: POSIX.1-1988 ustar, with the extensions of pax and GNU. It packs what it
 * is told, escapes and lies included.
 */
public final class TarBuilder {
  /** Bytes of a header, and what content is filled up to. */
  public static final int RECORD = 512;

  private static final int NAME_BYTES = 100;
  private static final int SIZE_AT = 124;
  private static final int CHECKSUM_AT = 148;
  private static final int TYPE_AT = 156;
  private static final int LINK_AT = 157;
  private static final int MAGIC_AT = 257;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** An empty one. */
  public TarBuilder() {}

  /** A file. */
  public TarBuilder file(String name, byte[] content) {
    return header('0', name, "", content.length).raw(content).pad(content.length);
  }

  /** A folder. */
  public TarBuilder folder(String name) {
    return header('5', name + "/", "", 0);
  }

  /** A symbolic link. */
  public TarBuilder link(String name, String target) {
    return header('2', name, target, 0);
  }

  /**
   * A header of any type; one for longer names precedes it where they do not fit.
   *
   * @param type the type flag, such as {@code '3'} for a character device
   * @param size that is written; as much content may follow
   */
  public TarBuilder header(char type, String name, String target, long size) {
    if (bytes(name).length > NAME_BYTES) {
      return longName('L', name).header(type, name.substring(0, NAME_BYTES), target, size);
    }
    if (bytes(target).length > NAME_BYTES) {
      return longName('K', target).header(type, name, target.substring(0, NAME_BYTES), size);
    }
    return raw(record(type, name, target, size));
  }

  /** GNU: the name, ended by a zero byte, of the entry behind. */
  public TarBuilder longName(char type, String name) {
    byte[] content = Arrays.copyOf(bytes(name), bytes(name).length + 1);
    return raw(record(type, "././@LongLink", "", content.length)).raw(content).pad(content.length);
  }

  /** pax: attributes of the entry behind, names and values in turn. */
  public TarBuilder pax(String... attributes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < attributes.length; i += 2) {
      String line = " " + attributes[i] + "=" + attributes[i + 1] + "\n";
      int length = bytes(line).length;
      int digits = Integer.toString(length + Integer.toString(length).length()).length();
      text.append(length + digits).append(line);
    }
    byte[] content = bytes(text.toString());
    return raw(record('x', "pax", "", content.length)).raw(content).pad(content.length);
  }

  /** A header as it lies in the file, with its checksum. */
  public static byte[] record(char type, String name, String target, long size) {
    byte[] header = new byte[RECORD];
    put(header, 0, name);
    put(header, 100, type == '5' ? "0000755\0" : "0000644\0");
    put(header, 108, "0001750\0");
    put(header, 116, "0001751\0");
    put(header, SIZE_AT, "%011o\0".formatted(size));
    put(header, 136, "15000000000\0");
    header[TYPE_AT] = (byte) type;
    put(header, LINK_AT, target);
    put(header, MAGIC_AT, "ustar\00000");
    seal(header, 0);
    return header;
  }

  /** Makes the checksum of the header at an offset of a tar right again. */
  public static void seal(byte[] tar, int at) {
    put(tar, at + CHECKSUM_AT, "        ");
    int sum = 0;
    for (int i = 0; i < RECORD; i++) {
      sum += tar[at + i] & 0xff;
    }
    put(tar, at + CHECKSUM_AT, "%06o\0 ".formatted(sum));
  }

  /** Offset of the header behind the one at an offset, whose size is in octal digits. */
  public static int next(byte[] tar, int at) {
    String size = new String(tar, at + SIZE_AT, 11, StandardCharsets.US_ASCII);
    int bytes = Integer.parseInt(size, 8);
    return at + RECORD + bytes + (-bytes & RECORD - 1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = bytes(text);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  /** Any bytes. */
  public TarBuilder raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  private TarBuilder pad(int length) {
    return raw(new byte[-length & RECORD - 1]);
  }

  /** Without an end mark, as if it were cut behind the last entry. */
  public byte[] cut() {
    return out.toByteArray();
  }

  /** With its end mark. */
  public byte[] build() {
    return raw(new byte[2 * RECORD]).cut();
  }
}
