package org.ckimg.linux.net;

import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * The mode of a socket of TCP in which its sequence numbers, windows and queues can be read and
 * set: TCP_REPAIR of {@code linux/tcp.h}, which needs CAP_NET_ADMIN. A socket that is closed in
 * this mode is gone without a word to the other end. Its program cannot use it meanwhile: reading
 * is EPERM, writing EINVAL.
 *
 * <p>Entering it sets SO_REUSEADDR to a value of the kernel's own, and leaving it clears it:
 * whoever enters notes the value and sets it again. What the other end sends still arrives, unless
 * {@link PacketFilter} drops it.
 */
public final class TcpRepair {
  static final int IPPROTO_TCP = 6;
  private static final int TCP_REPAIR = 19;
  private static final int TCP_REPAIR_QUEUE = 20;
  private static final int TCP_QUEUE_SEQ = 21;

  private static final int ON = 1;
  private static final int OFF = 0;

  /** The other end is not asked for its window. */
  private static final int OFF_SILENTLY = -1;

  private static final int STREAM = 1;

  /** Which queue is read, written or numbered; the numbers are the kernel's. */
  enum Queue {
    NONE,
    RECEIVE,
    SEND
  }

  private TcpRepair() {}

  /**
   * Asks whether this process may.
   *
   * @throws SyscallException EPERM without CAP_NET_ADMIN
   */
  public static void probe() throws SyscallException {
    int fd = SocketCalls.make(new SocketKind.Numbers(SocketKind.AF_INET, STREAM, 0));
    try {
      enter(fd);
    } finally {
      FileCalls.close(fd);
    }
  }

  /** True for a socket in this mode. */
  public static boolean isOn(int fd) throws SyscallException {
    return SocketCalls.number(fd, IPPROTO_TCP, TCP_REPAIR) == ON;
  }

  /** Enters it; what was received can be looked at. */
  public static void enter(int fd) throws SyscallException {
    SocketCalls.set(fd, IPPROTO_TCP, TCP_REPAIR, ON);
    choose(fd, Queue.RECEIVE);
  }

  /** Leaves it for a connection that was only read. */
  public static void leave(int fd) throws SyscallException {
    choose(fd, Queue.NONE);
    SocketCalls.set(fd, IPPROTO_TCP, TCP_REPAIR, OFF_SILENTLY);
  }

  /** Leaves it for a connection that was made; the other end is asked for its window. */
  public static void start(int fd) throws SyscallException {
    choose(fd, Queue.NONE);
    SocketCalls.set(fd, IPPROTO_TCP, TCP_REPAIR, OFF);
  }

  static void choose(int fd, Queue queue) throws SyscallException {
    SocketCalls.set(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, queue.ordinal());
  }

  /** The number behind the last byte of a queue. */
  static int sequence(int fd, Queue queue) throws SyscallException {
    choose(fd, queue);
    return SocketCalls.number(fd, IPPROTO_TCP, TCP_QUEUE_SEQ);
  }

  /** Sets it; the socket is not connected, and its queues are empty. */
  static void setSequence(int fd, Queue queue, int number) throws SyscallException {
    choose(fd, queue);
    SocketCalls.set(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, number);
  }
}
