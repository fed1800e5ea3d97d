package org.ckimg.tools.text;

/** Bytes as hexdump(1) -C shows them. */
final class HexDump {
  private HexDump() {}

  private static final int ROW = 16;

  /** Hex digits and, between bars, printable ASCII; a dot stands for any other byte. */
  static String row(byte[] bytes, int from, int count) {
    StringBuilder hex = new StringBuilder();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ROW; i++) {
      if (i < count) {
        byte value = bytes[from + i];
        hex.append(Character.forDigit(value >> 4 & 15, 16));
        hex.append(Character.forDigit(value & 15, 16));
        text.append(value >= ' ' && value <= '~' ? (char) value : '.');
      } else {
        hex.append("  ");
      }
      hex.append(i == ROW / 2 - 1 ? "  " : " ");
    }
    return hex + " |" + text + "|";
  }
}
