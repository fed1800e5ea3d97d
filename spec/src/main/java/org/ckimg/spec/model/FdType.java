package org.ckimg.spec.model;

/** What a descriptor refers to; the order is that of the numbers in the image, from 1. */
public enum FdType {
  REGULAR,
  DIRECTORY,
  PIPE,
  FIFO,
  TTY,
  CHARACTER,
  UNIX,
  INET,
  NETLINK,
  PACKET,
  EVENTFD,
  EPOLL,
  SIGNALFD,
  TIMERFD,
  MEMFD,
  INOTIFY,
  PIDFD,
  OTHER;

  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int AF_NETLINK = 16;
  private static final int AF_PACKET = 17;

  /** True of what is opened by a file or is one itself: a description has it then (CK-DSC-03). */
  public boolean hasFile() {
    return switch (this) {
      case REGULAR, DIRECTORY, PIPE, FIFO, MEMFD -> true;
      default -> false;
    };
  }

  /** What a socket of this AF_ number is. */
  public static FdType ofSocket(int family) {
    return switch (family) {
      case AF_UNIX -> UNIX;
      case AF_INET, AF_INET6 -> INET;
      case AF_NETLINK -> NETLINK;
      case AF_PACKET -> PACKET;
      default -> OTHER;
    };
  }
}
