package org.ckimg.tools.decode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Host;
import org.ckimg.tools.names.AuxNames;

/** Lists that the kernel keeps as one run of bytes. */
public final class Strings {
  private Strings() {}

  /** Strings that each end with a zero byte; the last may lack it. */
  public static List<Bytes> split(Bytes joined) {
    List<Bytes> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < joined.length(); i++) {
      if (joined.at(i) == 0) {
        parts.add(joined.slice(start, i));
        start = i + 1;
      }
    }
    if (start < joined.length()) {
      parts.add(joined.slice(start, joined.length()));
    }
    return parts;
  }

  /**
   * The auxiliary vector of a 64-bit program up to its end; a type that comes twice counts once.
   */
  public static Map<String, Long> auxiliary(Bytes auxv, Host host) {
    Map<String, Long> entries = new LinkedHashMap<>();
    Words words = new Words(auxv, host);
    for (int at = 0; at + 2 * Long.BYTES <= words.length(); at += 2 * Long.BYTES) {
      long type = words.word64(at);
      if (type == 0) {
        break;
      }
      entries.putIfAbsent(AuxNames.name(type), words.word64(at + Long.BYTES));
    }
    return entries;
  }
}
