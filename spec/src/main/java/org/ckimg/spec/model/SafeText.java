package org.ckimg.spec.model;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Turns bytes of unknown origin into text that cannot steer a terminal. */
final class SafeText {
  private SafeText() {}

  static String of(byte[] value) {
    StringBuilder text = new StringBuilder(value.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(value);
    CharBuffer out = CharBuffer.allocate(2);
    while (in.hasRemaining()) {
      int start = in.position();
      int length = sequenceLength(value[start]);
      out.clear();
      in.limit(Math.min(value.length, start + length));
      decoder.reset();
      CoderResult result = decoder.decode(in, out, true);
      if (result.isError() || in.position() != start + length) {
        hex(text, value[start]);
        in.limit(value.length).position(start + 1);
        continue;
      }
      in.limit(value.length);
      append(text, out.flip().toString(), value, start, start + length);
    }
    return text.toString();
  }

  private static int sequenceLength(byte first) {
    int bits = first & 0xff;
    return bits < 0x80 ? 1 : bits < 0xe0 ? 2 : bits < 0xf0 ? 3 : 4;
  }

  private static void append(StringBuilder text, String decoded, byte[] value, int from, int to) {
    int point = decoded.codePointAt(0);
    if (point == '\\') {
      text.append("\\\\");
    } else if (isPrintable(point)) {
      text.append(decoded);
    } else {
      for (int i = from; i < to; i++) {
        hex(text, value[i]);
      }
    }
  }

  /** Format characters are excluded too: they can reorder what a reader sees. */
  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static void hex(StringBuilder text, byte value) {
    text.append("\\x").append(Character.forDigit(value >> 4 & 15, 16));
    text.append(Character.forDigit(value & 15, 16));
  }
}
