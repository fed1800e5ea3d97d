package org.ckimg.tools.triage;

import java.util.LinkedHashMap;
import java.util.Map;

/** Names and values in the order in which they are given. */
final class Evidence {
  private Evidence() {}

  /** Names and values in turn. */
  static Map<String, String> of(Object... pairs) {
    Map<String, String> evidence = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      evidence.put(pairs[i].toString(), pairs[i + 1].toString());
    }
    return evidence;
  }

  static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }
}
