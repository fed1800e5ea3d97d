package org.ckimg.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.testkit.archive.TarBuilder;

/** A tar whose headers lie and have sums that fit, pax and ustar alike. */
final class TarEdits {
  private static final int MAX_EDITS = 4;

  private TarEdits() {}

  static byte[] of(byte[] tar, FuzzedDataProvider data) {
    byte[] bad = tar.clone();
    List<Integer> headers = headers(tar);
    for (int i = data.consumeInt(0, MAX_EDITS); i >= 0; i--) {
      int at = headers.get(data.consumeInt(0, headers.size() - 1));
      int field = data.consumeInt(0, TarBuilder.RECORD - 1);
      byte[] value = data.consumeBytes(Math.min(100, TarBuilder.RECORD - field));
      System.arraycopy(value, 0, bad, at + field, value.length);
      TarBuilder.seal(bad, at);
    }
    return bad;
  }

  private static List<Integer> headers(byte[] tar) {
    List<Integer> headers = new ArrayList<>();
    int at = 0;
    while (at + TarBuilder.RECORD <= tar.length && tar[at] != 0) {
      headers.add(at);
      at = TarBuilder.next(tar, at);
    }
    return headers;
  }
}
