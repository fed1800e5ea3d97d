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
  OTHER
}
