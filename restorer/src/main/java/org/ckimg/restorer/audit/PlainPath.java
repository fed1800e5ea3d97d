package org.ckimg.restorer.audit;

import java.nio.charset.StandardCharsets;
import org.ckimg.spec.model.Bytes;

/** Paths as the kernel shows them. */
final class PlainPath {
  private PlainPath() {}

  /** Absolute, and without empty components, dots, or bytes that end a name. */
  static boolean is(Bytes path) {
    String text = new String(path.toArray(), StandardCharsets.ISO_8859_1);
    if (text.equals("/")) {
      return true;
    }
    if (!text.startsWith("/") || text.indexOf('\0') >= 0) {
      return false;
    }
    for (String component : text.substring(1).split("/", -1)) {
      if (component.isEmpty() || component.equals(".") || component.equals("..")) {
        return false;
      }
    }
    return true;
  }
}
