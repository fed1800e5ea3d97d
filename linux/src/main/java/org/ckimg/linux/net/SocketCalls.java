package org.ckimg.linux.net;

import static org.ckimg.linux.sys.NativeBytes.INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/** System calls on sockets, socket(7). */
public final class SocketCalls {
  public static final int SOL_SOCKET = 1;
  public static final int SO_TYPE = 3;
  public static final int SO_ERROR = 4;
  public static final int SO_PROTOCOL = 38;
  public static final int SO_DOMAIN = 39;
  public static final int SO_PEEK_OFF = 42;
  public static final int SOCK_CLOEXEC = FileCalls.O_CLOEXEC;

  /** {@code struct sockaddr_storage}. */
  public static final int ADDRESS_BYTES = 128;

  private static final int SO_GET_FILTER = 26;
  private static final int SIOCINQ = 0x541b;
  private static final int SIOCOUTQ = 0x5411;
  private static final int SIOCOUTQNSD = 0x894b;
  private static final int SIOCUNIXFILE = 0x89e0;
  private static final int SHUT_WR = 1;

  private SocketCalls() {}

  /** socket(2), close-on-exec. */
  public static int make(SocketKind.Numbers numbers) throws SyscallException {
    return (int)
        Syscalls.check(
            "socket",
            Syscalls.call(
                Sys.SOCKET, numbers.family(), numbers.type() | SOCK_CLOEXEC, numbers.protocol()),
            "family " + numbers.family());
  }

  /** socketpair(2) of Unix datagram sockets, close-on-exec. */
  public static int[] pair() throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(8, 8);
      long result =
          Syscalls.call(
              Sys.SOCKETPAIR,
              SocketKind.AF_UNIX,
              SocketKind.SOCK_DGRAM | SOCK_CLOEXEC,
              0,
              ends.address());
      Syscalls.check("socketpair", result, "Unix datagram sockets");
      return new int[] {ends.get(INT, 0), ends.get(INT, 4)};
    }
  }

  /** getsockopt(2) of a number of 32 bits. */
  public static int number(int fd, int level, int name) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(8, 8);
      option(fd, level, name, value, Integer.BYTES);
      return value.get(INT, 0);
    }
  }

  /**
   * getsockopt(2) of an option that this kernel, or this kind of socket, may not have.
   *
   * @param maxBytes of its value
   */
  public static Optional<byte[]> optionIfKnown(int fd, int level, int name, int maxBytes)
      throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(Math.max(8, maxBytes), 8);
      return Optional.of(NativeBytes.bytes(value, option(fd, level, name, value, maxBytes)));
    } catch (SyscallException e) {
      return switch (e.errno()) {
        case Errno.ENOPROTOOPT, Errno.EOPNOTSUPP, Errno.EINVAL, Errno.ENOTCONN -> Optional.empty();
        default -> throw e;
      };
    }
  }

  /** True when a program of the socket's owner, or of root, looks at what it receives. */
  public static boolean hasFilter(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      return option(fd, SOL_SOCKET, SO_GET_FILTER, arena.allocate(8, 8), 0) > 0;
    } catch (SyscallException e) {
      if (e.errno() == Errno.EACCES) {
        return true;
      }
      throw e;
    }
  }

  private static int option(int fd, int level, int name, MemorySegment value, int bytes)
      throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocate(8, 8);
      length.set(INT, 0, bytes);
      long result =
          Syscalls.call(Sys.GETSOCKOPT, fd, level, name, value.address(), length.address());
      Syscalls.check("getsockopt", result, "option %d of level %d".formatted(name, level));
      return length.get(INT, 0);
    }
  }

  /** setsockopt(2). */
  public static void set(int fd, int level, int name, byte[] value) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = NativeBytes.copyOf(arena, value);
      long result = Syscalls.call(Sys.SETSOCKOPT, fd, level, name, bytes.address(), value.length);
      Syscalls.check("setsockopt", result, "option %d of level %d".formatted(name, level));
    }
  }

  /** setsockopt(2) of a number of 32 bits. */
  public static void set(int fd, int level, int name, int value) throws SyscallException {
    byte[] bytes = {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    set(fd, level, name, bytes);
  }

  /** getsockname(2). */
  public static byte[] localAddress(int fd) throws SyscallException {
    return address("getsockname", Sys.GETSOCKNAME, fd);
  }

  /** getpeername(2); empty when it is not connected. */
  public static Optional<byte[]> remoteAddress(int fd) throws SyscallException {
    try {
      return Optional.of(address("getpeername", Sys.GETPEERNAME, fd));
    } catch (SyscallException e) {
      if (e.errno() == Errno.ENOTCONN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static byte[] address(String name, int call, int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(ADDRESS_BYTES, 8);
      MemorySegment length = arena.allocate(8, 8);
      length.set(INT, 0, ADDRESS_BYTES);
      Syscalls.check(
          name, Syscalls.call(call, fd, address.address(), length.address()), "fd " + fd);
      return NativeBytes.bytes(address, Math.min(ADDRESS_BYTES, length.get(INT, 0)));
    }
  }

  /** Bytes that were received and not read; of datagrams, those of the first. */
  public static int received(int fd) throws SyscallException {
    return queue(fd, SIOCINQ);
  }

  /** What was sent and has not arrived: bytes of TCP, memory of a Unix socket. */
  public static int outstanding(int fd) throws SyscallException {
    return queue(fd, SIOCOUTQ);
  }

  /** Of TCP: bytes that were never sent, the end of the stream counting as one. */
  public static int unsent(int fd) throws SyscallException {
    return queue(fd, SIOCOUTQNSD);
  }

  /**
   * An O_PATH descriptor of the file that a Unix socket is bound to, SIOCUNIXFILE of {@code
   * linux/un.h}: wherever it is by now.
   *
   * @throws SyscallException EPERM without CAP_NET_ADMIN
   */
  public static int openFile(int fd) throws SyscallException {
    return (int) Syscalls.check("ioctl", Syscalls.call(Sys.IOCTL, fd, SIOCUNIXFILE, 0), "fd " + fd);
  }

  /** shutdown(2): nothing more is sent. */
  public static void shutdownSending(int fd) throws SyscallException {
    Syscalls.check("shutdown", Syscalls.call(Sys.SHUTDOWN, fd, SHUT_WR), "fd " + fd);
  }

  private static int queue(int fd, int request) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(8, 8);
      Syscalls.check("ioctl", Syscalls.call(Sys.IOCTL, fd, request, count.address()), "fd " + fd);
      return count.get(INT, 0);
    }
  }
}
