package org.ckimg.spec.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What an open file description holds that no file does. */
public sealed interface FdState {
  /** What a program waits on. */
  sealed interface Event extends FdState {}

  /**
   * An eventfd.
   *
   * @param value of the counter, unsigned
   * @param semaphore true when a read takes one
   */
  record Counter(long value, boolean semaphore) implements Event {}

  /**
   * A signalfd.
   *
   * @param mask bit n is signal n + 1
   */
  record SignalSet(long mask) implements Event {}

  /**
   * A timerfd; times are nanoseconds.
   *
   * @param clock CLOCK_ number
   * @param absolute true when {@code valueNanos} is a time of the clock, false when it is time left
   * @param cancelOnSet true when a jump of the clock ends a wait
   * @param expirations that nobody has read, unsigned
   * @param valueNanos until it expires or when, 0 for not armed
   * @param intervalNanos period, 0 for once
   */
  record Alarm(
      int clock,
      boolean absolute,
      boolean cancelOnSet,
      long expirations,
      long valueNanos,
      long intervalNanos)
      implements Event {}

  /**
   * An epoll instance.
   *
   * @param watches by number, then target
   */
  record WatchList(List<Watch> watches) implements Event {
    /** Copies the list. */
    public WatchList {
      watches = List.copyOf(watches);
    }
  }

  /**
   * One entry of an epoll instance; the kernel knows it by description and number, and keeps it
   * when the number is closed but the description lives.
   *
   * @param number descriptor number when it was added
   * @param target id of the description that is watched
   * @param events EPOLL bits
   * @param data that the program gave with it
   */
  record Watch(int number, OptionalInt target, int events, long data) {}

  /**
   * What inotify_init(2) gives.
   *
   * @param watches by watch descriptor
   */
  record NotifyList(List<Notify> watches) implements Event {
    /** Copies the list. */
    public NotifyList {
      watches = List.copyOf(watches);
    }
  }

  /**
   * One watch of inotify_add_watch(2).
   *
   * @param number watch descriptor, at least 1
   * @param file id of the file that is watched
   * @param mask IN_ bits
   */
  record Notify(int number, int file, int mask) {}

  /**
   * What pidfd_open(2) gives.
   *
   * @param pid of the process; absent when it was gone
   * @param thread true for PIDFD_THREAD
   */
  record ProcessReference(OptionalInt pid, boolean thread) implements Event {}

  /**
   * The master of a pseudoterminal, pts(4); its description is a terminal.
   *
   * @param index N of /dev/pts/N
   * @param locked TIOCGPTLCK
   * @param packetMode TIOCGPKT
   */
  record Master(int index, boolean locked, boolean packetMode) implements FdState {
    private static final int SLAVE_MAJOR = 136;

    /** Device number of the slave, as stat(2) has it: major &lt;&lt; 32 | minor. */
    public long slaveDevice() {
      return (long) SLAVE_MAJOR << 32 | index;
    }

    /** The same as {@code tty_number} of a process that the slave controls, proc_pid_stat(5). */
    public int ttyNumber() {
      return SLAVE_MAJOR << 8 | index & 0xff | (index & ~0xff) << 12;
    }
  }

  /**
   * A socket.
   *
   * @param family AF_ number
   * @param kind SOCK_ number without flags
   * @param protocol IPPROTO_ number, 0 for the only one
   * @param state as the kernel numbers the states of TCP: 1 established, 7 not connected, 10
   *     listening
   * @param backlog of listen(2)
   * @param shutdown 1 no more receiving, 2 no more sending, 3 both
   * @param local address that it is bound to, {@code struct sockaddr_*} as bind(2) takes it, at
   *     most 128 bytes
   * @param remote address that it is connected to
   * @param peer id of the description at the other end
   * @param node id of the file that a Unix socket is bound to
   * @param options by level, then name
   * @param queue id of the object with the bytes that were received and not read, one message
   *     behind the other
   * @param messages of the queue, oldest first; together as long as it
   * @param tcp what goes on with an established connection
   */
  record Socket(
      int family,
      int kind,
      int protocol,
      int state,
      OptionalInt backlog,
      int shutdown,
      Optional<Bytes> local,
      Optional<Bytes> remote,
      OptionalInt peer,
      OptionalInt node,
      List<Option> options,
      OptionalInt queue,
      List<Message> messages,
      Optional<Tcp> tcp)
      implements FdState {
    /** {@link #state} of a connected socket. */
    public static final int ESTABLISHED = 1;

    /** {@link #state} of a socket that is neither connected nor listening. */
    public static final int CLOSED = 7;

    /** {@link #state} of a listening socket. */
    public static final int LISTENING = 10;

    private static final int STREAM = 1;

    /** Both ends agreed, and one of them at most was ended on both sides: FIN_WAIT1 and so on. */
    private static final Set<Integer> CONNECTED = Set.of(ESTABLISHED, 4, 5, 8, 9, 11);

    /** Copies the lists. */
    public Socket {
      options = List.copyOf(options);
      messages = List.copyOf(messages);
    }

    /** The same with the object that has the bytes of its queue. */
    public Socket withQueue(OptionalInt object) {
      return new Socket(
          family, kind, protocol, state, backlog, shutdown, local, remote, peer, node, options,
          object, messages, tcp);
    }

    /** The same with what goes on with it. */
    public Socket withTcp(Optional<Tcp> connection) {
      return new Socket(
          family,
          kind,
          protocol,
          state,
          backlog,
          shutdown,
          local,
          remote,
          peer,
          node,
          options,
          queue,
          messages,
          connection);
    }

    /** Bytes that were received and not read: the length of the queue. */
    public long queuedBytes() {
      return messages.stream().mapToLong(Message::length).sum();
    }

    /** True when it may have a {@link Tcp}: a stream of the internet that is connected. */
    public boolean isConnection() {
      return isConnection(family, kind, state);
    }

    /** The same of a socket that has these numbers. */
    public static boolean isConnection(int family, int kind, int state) {
      return FdType.ofSocket(family) == FdType.INET && kind == STREAM && CONNECTED.contains(state);
    }
  }

  /**
   * What setsockopt(2) takes.
   *
   * @param level SOL_ or IPPROTO_ number, not negative
   * @param name option number, not negative
   * @param value as getsockopt(2) gives it
   */
  record Option(int level, int name, Bytes value) {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final int SO_PEERCRED = 17;
    private static final byte ECONNRESET = 104;

    /** The error of a connection whose other end did not read all that it was sent. */
    public static final Option RESET =
        new Option(SOL_SOCKET, SO_ERROR, Bytes.of(ECONNRESET, (byte) 0, (byte) 0, (byte) 0));

    /**
     * Who is at the other end.
     *
     * @param value {@code struct ucred}
     */
    public static Option peerCredentials(byte[] value) {
      return new Option(SOL_SOCKET, SO_PEERCRED, Bytes.of(value));
    }

    /** True when it says who is at the other end, which is never set. */
    public boolean isPeerCredentials() {
      return level == SOL_SOCKET && name == SO_PEERCRED;
    }
  }

  /**
   * A message in the queue of a socket; the bytes of a stream are one message, unless something
   * came with some of them.
   *
   * @param length bytes, 0 for an empty datagram
   * @param sender address of the socket that sent it
   * @param control ancillary data, {@code struct cmsghdr} and what follows, as recvmsg(2) gives it
   */
  record Message(long length, Optional<Bytes> sender, Optional<Bytes> control) {}

  /**
   * A connection of TCP, as TCP_REPAIR of {@code linux/tcp.h} reads it. The two numbers count the
   * end of a stream, which TCP sends as a FIN, as one byte; no queue has it.
   *
   * @param receiveSequence number behind the last byte received
   * @param sendSequence number behind the last byte in the send queue
   * @param sendQueue id of the object with the bytes that are not acknowledged
   * @param unsent how many of them, at the end, were never sent
   * @param segment largest segment that the other end takes, bytes
   * @param options 1 timestamps, 2 selective acknowledgements, 4 window scaling
   * @param sendScale window scale, bits
   * @param receiveScale likewise
   * @param timestamp TCP_TIMESTAMP
   * @param window {@code struct tcp_repair_window}, 20 bytes
   */
  record Tcp(
      int receiveSequence,
      int sendSequence,
      OptionalInt sendQueue,
      long unsent,
      int segment,
      int options,
      int sendScale,
      int receiveScale,
      OptionalInt timestamp,
      Optional<Bytes> window) {
    /** Length of {@link #window}. */
    public static final int WINDOW_BYTES = 20;

    /** The same with the object that has the bytes of its send queue. */
    public Tcp withSendQueue(OptionalInt object) {
      return new Tcp(
          receiveSequence,
          sendSequence,
          object,
          unsent,
          segment,
          options,
          sendScale,
          receiveScale,
          timestamp,
          window);
    }
  }
}
