package org.ckimg.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A tar whose headers lie and have sums that fit, pax and ustar alike. */
final class TarEdits {
  private static final int RECORD = 512;
  private static final int SIZE = 124;
  private static final int SUM = 148;
  private static final int MAX_EDITS = 4;

  private TarEdits() {}

  static byte[] of(byte[] tar, FuzzedDataProvider data) {
    byte[] bad = tar.clone();
    List<Integer> headers = headers(tar);
    for (int i = data.consumeInt(0, MAX_EDITS); i >= 0; i--) {
      int at = headers.get(data.consumeInt(0, headers.size() - 1));
      int field = data.consumeInt(0, RECORD - 1);
      byte[] value = data.consumeBytes(Math.min(100, RECORD - field));
      System.arraycopy(value, 0, bad, at + field, value.length);
      seal(bad, at);
    }
    return bad;
  }

  private static List<Integer> headers(byte[] tar) {
    List<Integer> headers = new ArrayList<>();
    int at = 0;
    while (at + RECORD <= tar.length && tar[at] != 0) {
      headers.add(at);
      String size = new String(tar, at + SIZE, 11, StandardCharsets.US_ASCII);
      int bytes = Integer.parseInt(size, 8);
      at += RECORD + bytes + (-bytes & RECORD - 1);
    }
    return headers;
  }

  private static void seal(byte[] tar, int at) {
    Arrays.fill(tar, at + SUM, at + SUM + 8, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < RECORD; i++) {
      sum += tar[at + i] & 0xff;
    }
    byte[] text = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, tar, at + SUM, text.length);
  }
}
