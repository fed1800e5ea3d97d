package org.ckimg.tools.names;

import java.util.List;

/** Bits of epoll_ctl(2), {@code linux/eventpoll.h}. */
public final class EpollEvents {
  private static final Bits BITS =
      new Bits(
          List.of(
              Bits.name("IN", 0x1),
              Bits.name("PRI", 0x2),
              Bits.name("OUT", 0x4),
              Bits.name("ERR", 0x8),
              Bits.name("HUP", 0x10),
              Bits.name("RDNORM", 0x40),
              Bits.name("RDBAND", 0x80),
              Bits.name("WRNORM", 0x100),
              Bits.name("WRBAND", 0x200),
              Bits.name("MSG", 0x400),
              Bits.name("RDHUP", 0x2000),
              Bits.name("EXCLUSIVE", 0x10000000),
              Bits.name("WAKEUP", 0x20000000),
              Bits.name("ONESHOT", 0x40000000),
              Bits.name("ET", 0x80000000L)));

  private EpollEvents() {}

  /** Names without their prefix, such as IN, ET. */
  public static List<String> of(int events) {
    return BITS.of(Integer.toUnsignedLong(events));
  }
}
