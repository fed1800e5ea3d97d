package org.ckimg.linux.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.SyscallException;

/**
 * What TCP_INFO of tcp(7) says of a socket, {@code struct tcp_info} of {@code linux/tcp.h}.
 *
 * @param state of {@code net/tcp_states.h}
 * @param options of a connection: 1 timestamps, 2 selective acknowledgements, 4 window scaling
 * @param sendScale window scale, bits
 * @param receiveScale likewise
 * @param waiting of a listener: connections that it has not accepted
 * @param backlog of a listener: how many it lets wait
 */
public record TcpState(
    int state, int options, int sendScale, int receiveScale, int waiting, int backlog) {
  public static final int ESTABLISHED = 1;
  public static final int SYN_SENT = 2;
  public static final int SYN_RECEIVED = 3;
  private static final int FIN_WAIT1 = 4;
  private static final int FIN_WAIT2 = 5;
  private static final int CLOSE_WAIT = 8;
  private static final int LAST_ACK = 9;
  private static final int CLOSING = 11;

  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;
  private static final int TCP_QUICKACK = 12;
  private static final int INFO_BYTES = 104;
  private static final int OPTIONS = 5;
  private static final int SCALES = 6;
  private static final int KNOWN_OPTIONS = 7;
  private static final int SCALE_BITS = 4;
  private static final int SCALE_MASK = (1 << SCALE_BITS) - 1;
  private static final int UNACKED = 24;
  private static final int SACKED = 28;
  private static final int NO_RECEIVING = 1;
  private static final int NO_SENDING = 2;

  /** An even number: the acknowledgement goes out, and the next ones wait as before. */
  private static final int ONCE = 2;

  /** That of an open socket. */
  public static TcpState of(int fd) throws SyscallException {
    byte[] info =
        SocketCalls.optionIfKnown(fd, IPPROTO_TCP, TCP_INFO, INFO_BYTES)
            .orElseThrow(() -> new SyscallException("getsockopt", Errno.EINVAL, "TCP_INFO"));
    ByteBuffer fields = ByteBuffer.wrap(info).order(ByteOrder.LITTLE_ENDIAN);
    return new TcpState(
        info[0],
        info[OPTIONS] & KNOWN_OPTIONS,
        info[SCALES] & SCALE_MASK,
        info[SCALES] >> SCALE_BITS & SCALE_MASK,
        fields.getInt(UNACKED),
        fields.getInt(SACKED));
  }

  /** What was shut: 1 no more receiving, 2 no more sending. */
  public int shutdown() {
    return shutdown(state);
  }

  /** The same of a socket that is in a state. */
  public static int shutdown(int state) {
    return switch (state) {
      case FIN_WAIT1, FIN_WAIT2 -> NO_SENDING;
      case CLOSE_WAIT -> NO_RECEIVING;
      case LAST_ACK, CLOSING -> NO_SENDING | NO_RECEIVING;
      default -> 0;
    };
  }

  /** True for a connection: one that both ends have agreed on, and that both have not yet ended. */
  public boolean isConnection() {
    return state == ESTABLISHED || shutdown() != 0;
  }

  /** True when the other end has said that it sends no more. */
  public boolean hasReceivedEnd() {
    return (shutdown() & NO_RECEIVING) != 0;
  }

  /** True when the program has said that it sends no more. */
  boolean hasSentEnd() {
    return (shutdown() & NO_SENDING) != 0;
  }

  /** Lets the other end know now what has arrived, which the kernel puts off for a while. */
  public static void acknowledge(int fd) throws SyscallException {
    SocketCalls.set(fd, IPPROTO_TCP, TCP_QUICKACK, ONCE);
  }
}
