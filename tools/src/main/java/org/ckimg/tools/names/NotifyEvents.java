package org.ckimg.tools.names;

import java.util.List;

/** Bits of inotify_add_watch(2), {@code linux/inotify.h}. */
public final class NotifyEvents {
  private static final Bits BITS =
      new Bits(
          List.of(
              Bits.name("ACCESS", 0x1),
              Bits.name("MODIFY", 0x2),
              Bits.name("ATTRIB", 0x4),
              Bits.name("CLOSE_WRITE", 0x8),
              Bits.name("CLOSE_NOWRITE", 0x10),
              Bits.name("OPEN", 0x20),
              Bits.name("MOVED_FROM", 0x40),
              Bits.name("MOVED_TO", 0x80),
              Bits.name("CREATE", 0x100),
              Bits.name("DELETE", 0x200),
              Bits.name("DELETE_SELF", 0x400),
              Bits.name("MOVE_SELF", 0x800),
              Bits.name("ONLYDIR", 0x1000000),
              Bits.name("DONT_FOLLOW", 0x2000000),
              Bits.name("EXCL_UNLINK", 0x4000000),
              Bits.name("MASK_CREATE", 0x10000000),
              Bits.name("MASK_ADD", 0x20000000),
              Bits.name("ISDIR", 0x40000000),
              Bits.name("ONESHOT", 0x80000000L)));

  private NotifyEvents() {}

  /** Names without their prefix, such as CREATE, ONESHOT. */
  public static List<String> of(int mask) {
    return BITS.of(Integer.toUnsignedLong(mask));
  }
}
