package org.ckimg.tools.text;

/** Bytes as hexdump(1) -C shows them. */
final class HexDump {
  private HexDump() {}

  /** Hex digits and, between bars, printable ASCII; a dot stands for any other byte. */
  static String row(byte[] bytes, int from, int count) {
    StringBuilder hex = new StringBuilder();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      byte value = bytes[from + i];
      hex.append(Character.forDigit(value >> 4 & 15, 16))
          .append(Character.forDigit(value & 15, 16))
          .append(i == count / 2 - 1 ? "  " : " ");
      text.append(value >= ' ' && value <= '~' ? (char) value : '.');
    }
    return hex + " |" + text + "|";
  }
}
