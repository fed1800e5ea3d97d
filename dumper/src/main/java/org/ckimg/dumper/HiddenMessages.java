package org.ckimg.dumper;

import java.io.IOException;
import java.util.zip.CRC32;
import org.ckimg.linux.net.SocketCalls;

/**
 * Empty messages that the kernel does not show again: it marks one when it is looked at, and passes
 * over it from then on behind an offset, __skb_try_recv_from_queue of {@code net/core/datagram.c}.
 * So whoever has seen one behind others leaves a note for the next dump, on the socket itself. To
 * the kernel every negative SO_PEEK_OFF means that there is none; a program has -1. The note is the
 * digest of the last message with an empty one behind it: as long as that waits, so does the empty
 * one.
 */
final class HiddenMessages {
  private static final int NO_OFFSET = -1;
  private static final int NONE = 0;
  private static final int DIGEST = 0x3fffffff;

  private final int fd;
  private final int offset;
  private int last = NONE;
  private int newest = NONE;
  private boolean hidden;

  /** Of a socket that is about to be looked into. */
  HiddenMessages(int fd) throws IOException {
    this.fd = fd;
    this.offset = offset(fd);
  }

  private static int offset(int fd) throws IOException {
    return SocketCalls.number(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_PEEK_OFF);
  }

  private static void setOffset(int fd, int offset) throws IOException {
    SocketCalls.set(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_PEEK_OFF, offset);
  }

  /** Nothing waits: an old note is taken away. */
  static void forget(int fd) throws IOException {
    if (offset(fd) < NO_OFFSET) {
      setOffset(fd, NO_OFFSET);
    }
  }

  /** A message, in the order that they wait in. */
  void see(byte[] message) {
    if (message.length == 0) {
      newest = last;
      return;
    }
    CRC32 digest = new CRC32();
    digest.update(message);
    last = (int) digest.getValue() & DIGEST | DIGEST + 1;
    hidden |= offset == note(last);
  }

  private static int note(int digest) {
    return NO_OFFSET - digest;
  }

  /** True when one waits that is not shown, or that could not be noted for the next dump. */
  boolean lost() {
    return hidden || newest != NONE && offset > NO_OFFSET;
  }

  /** Puts the program's offset back, or leaves a note. */
  void close() throws IOException {
    if (offset > NO_OFFSET) {
      setOffset(fd, offset);
    } else if (newest != NONE) {
      setOffset(fd, note(newest));
    } else {
      setOffset(fd, hidden ? offset : NO_OFFSET);
    }
  }
}
