package org.ckimg.interop.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Names of entries, which may say anything. */
final class EntryName {
  private static final String PARENT = "..";

  private EntryName() {}

  /**
   * The name from the top of the archive, without {@code .} and slashes that mean nothing; empty
   * for the top itself.
   *
   * @return absent when the name does not stay below the top by itself
   */
  static Optional<String> confined(String name) {
    return name.startsWith("/") || name.indexOf('\0') >= 0 ? Optional.empty() : join(name, false);
  }

  /**
   * Where a symbolic link leads.
   *
   * @param folder that the link is in, from the top of the archive
   * @return absent when that is not in the archive
   */
  static Optional<String> target(String folder, String link) {
    return link.startsWith("/") || link.indexOf('\0') >= 0
        ? Optional.empty()
        : join(folder + "/" + link, true);
  }

  private static Optional<String> join(String path, boolean upwards) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/")) {
      if (part.equals(PARENT)) {
        if (!upwards || parts.isEmpty()) {
          return Optional.empty();
        }
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return Optional.of(String.join("/", parts));
  }

  /** The folder that a name is in; empty for the top. */
  static String folder(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('/')));
  }
}
