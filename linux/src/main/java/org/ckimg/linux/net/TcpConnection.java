package org.ckimg.linux.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.linux.net.TcpRepair.Queue;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * A connection of TCP but for its addresses and what it has received. The two numbers count a FIN
 * as one, as the kernel does; no queue holds one.
 *
 * @param state of {@code net/tcp_states.h}
 * @param receiveSequence number behind the last byte received
 * @param sendSequence number behind the last byte to send
 * @param unacknowledged bytes that the other end has not said it has
 * @param unsent how many of them, at the end, were never sent
 * @param segment largest that the other end takes
 * @param options 1 timestamps, 2 selective acknowledgements, 4 window scaling
 * @param sendScale bits
 * @param receiveScale bits
 * @param timestamp that it would send now
 * @param window {@code struct tcp_repair_window}
 */
public record TcpConnection(
    int state,
    int receiveSequence,
    int sendSequence,
    byte[] unacknowledged,
    int unsent,
    int segment,
    int options,
    int sendScale,
    int receiveScale,
    OptionalInt timestamp,
    Optional<byte[]> window) {
  private static final int TCP_MAXSEG = 2;
  private static final int TCP_REPAIR_OPTIONS = 22;
  private static final int TCP_TIMESTAMP = 24;
  private static final int TCP_REPAIR_WINDOW = 29;

  private static final int OPTION_MSS = 2;
  private static final int OPTION_SCALE = 3;
  private static final int OPTION_SACK = 4;
  private static final int OPTION_TIMESTAMPS = 8;
  private static final int TIMESTAMPS = 1;
  private static final int SACK = 2;
  private static final int SCALING = 4;

  private static final int WINDOW_BYTES = 20;
  private static final int SEND_WINDOW = 4;
  private static final int RECEIVE_WINDOW = 12;
  private static final int RECEIVE_UPDATE = 16;

  private static final int MSG_PEEK = 2;
  private static final int MSG_DONTWAIT_NOSIGNAL = 0x4040;
  private static final int CHUNK = 64 << 10;
  private static final int NO_SENDING = 2;

  /** Reads one whose socket is in repair; nothing is taken away. */
  public static TcpConnection read(int fd) throws SyscallException {
    TcpState tcp = TcpState.of(fd);
    int end = tcp.hasSentEnd() ? 1 : 0;
    int sendSequence = TcpRepair.sequence(fd, Queue.SEND);
    byte[] unacknowledged = peek(fd, Math.max(0, SocketCalls.outstanding(fd) - end));
    return new TcpConnection(
        tcp.state(),
        TcpRepair.sequence(fd, Queue.RECEIVE),
        sendSequence,
        unacknowledged,
        Math.max(0, SocketCalls.unsent(fd) - end),
        SocketCalls.number(fd, TcpRepair.IPPROTO_TCP, TCP_MAXSEG),
        tcp.options(),
        tcp.sendScale(),
        tcp.receiveScale(),
        OptionalInt.of(SocketCalls.number(fd, TcpRepair.IPPROTO_TCP, TCP_TIMESTAMP)),
        SocketCalls.optionIfKnown(fd, TcpRepair.IPPROTO_TCP, TCP_REPAIR_WINDOW, WINDOW_BYTES));
  }

  private static byte[] peek(int fd, int length) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(Math.max(1, length), 8);
      int flags = MSG_PEEK | MSG_DONTWAIT_NOSIGNAL;
      long read =
          length == 0 ? 0 : Syscalls.call(Sys.RECVFROM, fd, bytes.address(), length, flags, 0, 0);
      if (Syscalls.check("recvfrom", read, "the send queue") != length) {
        throw new SyscallException("recvfrom", Errno.EAGAIN, "a part of the send queue");
      }
      return NativeBytes.bytes(bytes, length);
    }
  }

  /** True when the other end has said that it sends no more. */
  public boolean hasReceivedEnd() {
    return (TcpState.shutdown(state) & ~NO_SENDING) != 0;
  }

  /** True when the program has said that it sends no more, and that is behind its last byte. */
  public boolean hasSentEnd() {
    return (TcpState.shutdown(state) & NO_SENDING) != 0;
  }

  /** How many bytes the other end may send before it hears that some were read. */
  public int receiveWindow() {
    return ofWindow(RECEIVE_WINDOW);
  }

  /** What the other end has said that it takes, as TCP sends it; 0 where that is not known. */
  public int offeredWindow() {
    return ofWindow(SEND_WINDOW) >>> sendScale;
  }

  private int ofWindow(int place) {
    return window
        .map(bytes -> ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(place))
        .orElse(0);
  }

  /** Number of the next byte that it gets, or of the end in its place. */
  public int nextReceived() {
    return receiveSequence - (hasReceivedEnd() ? 1 : 0);
  }

  /** Number of the first byte that was not acknowledged. */
  public int firstUnacknowledged() {
    return sendSequence - (hasSentEnd() ? 1 : 0) - unacknowledged.length;
  }

  /**
   * Says where both queues of a new socket begin, before it is bound and connected.
   *
   * @param received how many bytes wait in it
   */
  public void number(int fd, int received) throws SyscallException {
    TcpRepair.setSequence(fd, Queue.RECEIVE, nextReceived() - received);
    TcpRepair.setSequence(fd, Queue.SEND, firstUnacknowledged());
  }

  /**
   * Gives a connected socket what the old one had, but for what was never sent, and for ends.
   *
   * @param received what waits in it
   */
  public void fill(int fd, byte[] received) throws SyscallException {
    SocketCalls.set(fd, TcpRepair.IPPROTO_TCP, TCP_REPAIR_OPTIONS, agreed());
    if (timestamp.isPresent()) {
      SocketCalls.set(fd, TcpRepair.IPPROTO_TCP, TCP_TIMESTAMP, timestamp.getAsInt());
    }
    TcpRepair.choose(fd, Queue.RECEIVE);
    send(fd, received, 0, received.length);
    TcpRepair.choose(fd, Queue.SEND);
    send(fd, unacknowledged, 0, unacknowledged.length - unsent);
    TcpRepair.choose(fd, Queue.NONE);
    if (window.isPresent()) {
      SocketCalls.set(fd, TcpRepair.IPPROTO_TCP, TCP_REPAIR_WINDOW, windowBeforeEnd(window.get()));
    }
  }

  /** Pairs of a code and a value, {@code struct tcp_repair_opt}. */
  private byte[] agreed() {
    ByteBuffer pairs = ByteBuffer.allocate(4 * 2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    pairs.putInt(OPTION_MSS).putInt(segment);
    if ((options & SCALING) != 0) {
      pairs.putInt(OPTION_SCALE).putInt(sendScale | receiveScale << Short.SIZE);
    }
    if ((options & SACK) != 0) {
      pairs.putInt(OPTION_SACK).putInt(0);
    }
    if ((options & TIMESTAMPS) != 0) {
      pairs.putInt(OPTION_TIMESTAMPS).putInt(0);
    }
    return Arrays.copyOf(pairs.array(), pairs.position());
  }

  /** The kernel takes no window that begins behind what it knows was received. */
  private byte[] windowBeforeEnd(byte[] recorded) {
    ByteBuffer fields = ByteBuffer.wrap(recorded.clone()).order(ByteOrder.LITTLE_ENDIAN);
    if (fields.getInt(RECEIVE_UPDATE) - nextReceived() == 1) {
      fields.putInt(RECEIVE_WINDOW, fields.getInt(RECEIVE_WINDOW) + 1);
      fields.putInt(RECEIVE_UPDATE, nextReceived());
    }
    return fields.array();
  }

  /** Sends what the old one had not yet sent, and its end; the socket has left repair. */
  public void sendRest(int fd) throws SyscallException {
    send(fd, unacknowledged, unacknowledged.length - unsent, unacknowledged.length);
    if (hasSentEnd()) {
      SocketCalls.shutdownSending(fd);
    }
  }

  private static void send(int fd, byte[] bytes, int from, int end) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = NativeBytes.copyOf(arena, bytes);
      int done = from;
      while (done < end) {
        int length = Math.min(CHUNK, end - done);
        long sent =
            Syscalls.call(
                Sys.SENDTO, fd, all.address() + done, length, MSG_DONTWAIT_NOSIGNAL, 0, 0);
        done += (int) Syscalls.check("sendto", sent, "a queue of a connection");
      }
    }
  }
}
