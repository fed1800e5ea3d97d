package org.ckimg.interop.archive;

import java.util.Locale;
import org.ckimg.spec.model.Bytes;

/**
 * A header of a tar.
 *
 * @param name as it is written there; a byte that is not UTF-8 is U+FFFD
 * @param kind what it is
 * @param bytes size of its content, which follows; 0 for all but files
 * @param target of a link, as it is written there
 * @param mode permission bits
 * @param uid user
 * @param gid group
 * @param offset of the header in the archive, decoded
 */
record TarEntry(
    String name, Kind kind, long bytes, String target, int mode, long uid, long gid, long offset) {
  /** What an entry can be; the order is that of the numbers that tar has for the first ones. */
  enum Kind {
    FILE,
    HARD_LINK,
    SYMBOLIC_LINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    DIRECTORY,
    FIFO,
    OTHER;

    /** In words. */
    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** The name, safe to print. */
  String safeName() {
    return Bytes.utf8(name).toString();
  }
}
