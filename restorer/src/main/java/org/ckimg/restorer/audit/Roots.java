package org.ckimg.restorer.audit;

import java.util.List;
import org.ckimg.spec.model.Bytes;

/** Folders that a policy names. */
final class Roots {
  private Roots() {}

  /** True when a path is one of the roots or lies under one; by whole components. */
  static boolean contain(List<String> roots, Bytes path) {
    for (String root : roots) {
      String folder = root.endsWith("/") ? root : root + "/";
      if (path.equals(Bytes.utf8(root)) || path.startsWith(folder)) {
        return true;
      }
    }
    return false;
  }
}
