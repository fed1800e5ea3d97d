package org.ckimg.linux.net;

import static org.ckimg.linux.sys.NativeBytes.INT;
import static org.ckimg.linux.sys.NativeBytes.SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * All Unix sockets of this network namespace, as sock_diag(7) tells of them: UNIX_DIAG of {@code
 * linux/unix_diag.h}. Nobody else knows who is at the other end of a socket.
 */
public final class UnixSockets {
  private static final SocketKind.Numbers NETLINK_SOCK_DIAG = new SocketKind.Numbers(16, 3, 4);
  private static final SocketKind.Numbers DATAGRAM = new SocketKind.Numbers(1, 2, 0);
  private static final short SOCK_DIAG_BY_FAMILY = 20;
  private static final short NLM_F_REQUEST = 1;
  private static final short NLM_F_REQUEST_DUMP = 0x301;
  private static final int NLM_F_DUMP_INTR = 0x10;
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int HEADER = 16;
  private static final int REQUEST_BYTES = HEADER + 24;
  private static final int ATTRIBUTES = HEADER + 16;
  private static final int SHOW_ALL = 0x7f;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int ATTEMPTS = 20;
  private static final int NAME = 0;
  private static final int FILE = 1;
  private static final int PEER = 2;
  private static final int PENDING = 3;
  private static final int QUEUES = 4;
  private static final int SHUTDOWN = 6;

  private final Map<Long, Socket> sockets = new HashMap<>();
  private boolean complete;

  private UnixSockets() {}

  /**
   * A socket.
   *
   * @param inode its number, as in {@code socket:[…]}
   * @param type SOCK_ number
   * @param state 1 connected, 7 not connected, 10 listening
   * @param name {@code sun_path} as it was bound, without the zero at the end of a path
   * @param file what it is bound to in a file system
   * @param peer inode of the other end, 0 when that was closed or has not been accepted; empty for
   *     one that is not connected
   * @param pending inodes of those that wait to be accepted, the first first
   * @param queue of a listener: how many it lets wait
   * @param shutdown 1 no more receiving, 2 no more sending
   */
  public record Socket(
      long inode,
      int type,
      int state,
      Optional<byte[]> name,
      Optional<Node> file,
      OptionalLong peer,
      List<Long> pending,
      int queue,
      int shutdown) {
    /** True when its name is no path. */
    public boolean isAbstract() {
      return name.isPresent() && name.get().length > 0 && name.get()[0] == 0;
    }
  }

  /**
   * The file of a socket; 32 bits of each number are told.
   *
   * @param device as the kernel has it inside: major &lt;&lt; 20 | minor
   */
  public record Node(int inode, int device) {
    /** The same of a file that was looked at. */
    public static Node of(FileCalls.FileStatus status) {
      int device = (int) (status.device() >>> 32 << 20 | status.device() & 0xfffff);
      return new Node((int) status.inode(), device);
    }
  }

  /**
   * Asks the kernel.
   *
   * @return by inode
   * @throws SyscallException when it does not know, or is not asked in time
   */
  public static Map<Long, Socket> read() throws SyscallException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      UnixSockets reading = new UnixSockets();
      reading.ask(NLM_F_REQUEST_DUMP, 0);
      if (reading.complete) {
        return reading.sockets;
      }
    }
    throw new SyscallException(
        "sock_diag", Errno.EAGAIN, "Unix sockets, which change all the time");
  }

  /**
   * Asks the kernel for one.
   *
   * @throws SyscallException ENOENT when there is none with this inode
   */
  public static Socket read(long inode) throws SyscallException {
    UnixSockets reading = new UnixSockets();
    reading.ask(NLM_F_REQUEST, (int) inode);
    return reading.sockets.get(inode);
  }

  /**
   * True when somebody has bound the socket with this name, in whatever network namespace. A
   * datagram socket that connects to it is refused in another way when nobody has; what listens
   * does not notice.
   *
   * @param directory an open one that the name is in
   */
  public static boolean isBound(int directory, byte[] name) throws SyscallException {
    byte[] path = ("/proc/self/fd/" + directory + "/").getBytes(StandardCharsets.US_ASCII);
    int fd = SocketCalls.make(DATAGRAM);
    try (Arena arena = Arena.ofConfined()) {
      byte[] address = new byte[Short.BYTES + path.length + name.length + 1];
      address[0] = SocketKind.AF_UNIX;
      System.arraycopy(path, 0, address, Short.BYTES, path.length);
      System.arraycopy(name, 0, address, Short.BYTES + path.length, name.length);
      long at = NativeBytes.copyOf(arena, address).address();
      return Syscalls.call(Sys.CONNECT, fd, at, address.length) != -Errno.ECONNREFUSED;
    } finally {
      FileCalls.close(fd);
    }
  }

  private void ask(short flags, int inode) throws SyscallException {
    int fd = SocketCalls.make(NETLINK_SOCK_DIAG);
    try (Arena arena = Arena.ofConfined()) {
      FileCalls.write(fd, request(arena, flags, inode));
      complete = true;
      MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
      boolean more = true;
      while (more) {
        more = take(buffer.asSlice(0, FileCalls.read(fd, buffer))) && flags == NLM_F_REQUEST_DUMP;
      }
    } finally {
      FileCalls.close(fd);
    }
  }

  private static MemorySegment request(Arena arena, short flags, int inode) {
    MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
    request.set(INT, 0, REQUEST_BYTES);
    request.set(SHORT, 4, SOCK_DIAG_BY_FAMILY);
    request.set(SHORT, 6, flags);
    request.set(ValueLayout.JAVA_BYTE, HEADER, (byte) SocketKind.AF_UNIX);
    request.set(INT, HEADER + 4, -1);
    request.set(INT, HEADER + 8, inode);
    request.set(INT, HEADER + 12, SHOW_ALL);
    request.set(INT, HEADER + 16, -1);
    request.set(INT, HEADER + 20, -1);
    return request;
  }

  /** True when more is to come. */
  private boolean take(MemorySegment answer) throws SyscallException {
    long at = 0;
    while (at + HEADER <= answer.byteSize()) {
      int length = answer.get(INT, at);
      int type = answer.get(SHORT, at + 4);
      complete &= (answer.get(SHORT, at + 6) & NLM_F_DUMP_INTR) == 0;
      if (type == NLMSG_DONE) {
        return false;
      }
      if (type == NLMSG_ERROR) {
        throw new SyscallException("sock_diag", -answer.get(INT, at + HEADER), "Unix sockets");
      }
      add(answer.asSlice(at, length));
      at += length + 3 & ~3;
    }
    return true;
  }

  private void add(MemorySegment message) {
    Map<Integer, MemorySegment> told = new HashMap<>();
    long at = ATTRIBUTES;
    while (at + 4 <= message.byteSize()) {
      int length = Short.toUnsignedInt(message.get(SHORT, at));
      told.put((int) message.get(SHORT, at + 2), message.asSlice(at + 4, length - 4));
      at += length + 3 & ~3;
    }
    long inode = Integer.toUnsignedLong(message.get(INT, HEADER + 4));
    sockets.put(
        inode,
        new Socket(
            inode,
            message.get(ValueLayout.JAVA_BYTE, HEADER + 1),
            message.get(ValueLayout.JAVA_BYTE, HEADER + 2),
            Optional.ofNullable(told.get(NAME)).map(UnixSockets::name),
            Optional.ofNullable(told.get(FILE)).map(f -> new Node(f.get(INT, 0), f.get(INT, 4))),
            told.containsKey(PEER)
                ? OptionalLong.of(Integer.toUnsignedLong(told.get(PEER).get(INT, 0)))
                : OptionalLong.empty(),
            inodes(told.get(PENDING)),
            told.containsKey(QUEUES) ? told.get(QUEUES).get(INT, 4) : 0,
            told.containsKey(SHUTDOWN) ? told.get(SHUTDOWN).get(ValueLayout.JAVA_BYTE, 0) : 0));
  }

  /** The kernel tells as many bytes as the name has; those of a path may end in a zero. */
  private static byte[] name(MemorySegment told) {
    byte[] name = NativeBytes.bytes(told, told.byteSize());
    boolean path = name.length > 0 && name[0] != 0;
    int length = name.length;
    while (path && length > 0 && name[length - 1] == 0) {
      length--;
    }
    return java.util.Arrays.copyOf(name, length);
  }

  private static List<Long> inodes(MemorySegment told) {
    List<Long> inodes = new ArrayList<>();
    for (long at = 0; told != null && at + 4 <= told.byteSize(); at += 4) {
      inodes.add(Integer.toUnsignedLong(told.get(INT, at)));
    }
    return inodes;
  }
}
