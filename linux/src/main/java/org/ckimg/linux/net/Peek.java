package org.ckimg.linux.net;

import static org.ckimg.linux.sys.NativeBytes.INT;
import static org.ckimg.linux.sys.NativeBytes.LONG;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/** Looks at what a socket has received and takes nothing away: recvmsg(2) with MSG_PEEK. */
public final class Peek implements AutoCloseable {
  private static final int MSG_OOB = 1;
  private static final int MSG_PEEK = 2;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int HEADER_BYTES = 56;
  private static final int CONTROL_BYTES = 1 << 10;
  private static final int SCM_RIGHTS = 1;
  private static final int SCM_PIDFD = 4;
  private static final int CMSG_HEADER = 16;

  private final Arena arena = Arena.ofConfined();
  private final int fd;
  private final int flags;
  private final MemorySegment bytes;
  private final MemorySegment address = arena.allocate(SocketCalls.ADDRESS_BYTES, 8);
  private final MemorySegment control = arena.allocate(CONTROL_BYTES, 8);
  private final MemorySegment vector = arena.allocate(16, 8);
  private final MemorySegment header = arena.allocate(HEADER_BYTES, 8);

  /**
   * Looks at one socket.
   *
   * @param messages true when it is no stream; MSG_TRUNC tells how long they are, and is something
   *     else for TCP
   * @param room bytes of a message; of a longer one only so much is seen
   */
  public Peek(int fd, boolean messages, int room) {
    this.fd = fd;
    this.flags = MSG_PEEK | MSG_DONTWAIT | MSG_CMSG_CLOEXEC | (messages ? MSG_TRUNC : 0);
    this.bytes = arena.allocate(Math.max(1, room), 8);
    vector.set(LONG, 0, bytes.address());
    vector.set(LONG, 8, bytes.byteSize());
  }

  /**
   * What recvmsg(2) gives.
   *
   * @param sender {@code struct sockaddr}, empty when there is none
   * @param control ancillary data but for descriptors, which are closed again
   * @param descriptors true when descriptors came with it
   * @param cut true when the message is longer
   */
  public record Message(
      byte[] bytes, byte[] sender, byte[] control, boolean descriptors, boolean cut) {}

  /** The next message, or the next bytes of a stream; empty when nothing is there. */
  public Optional<Message> next() throws SyscallException {
    header.fill((byte) 0);
    header.set(LONG, 0, address.address());
    header.set(INT, 8, (int) address.byteSize());
    header.set(LONG, 16, vector.address());
    header.set(LONG, 24, 1);
    header.set(LONG, 32, control.address());
    header.set(LONG, 40, control.byteSize());
    long length = Syscalls.call(Sys.RECVMSG, fd, header.address(), flags);
    if (length == -Errno.EAGAIN) {
      return Optional.empty();
    }
    Syscalls.check("recvmsg", length, "fd " + fd);
    return Optional.of(message(length));
  }

  private Message message(long length) {
    boolean descriptors = false;
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    long end = header.get(LONG, 40);
    long at = 0;
    while (at + CMSG_HEADER <= end) {
      long size = control.get(LONG, at);
      boolean ofSockets = control.get(INT, at + 8) == SocketCalls.SOL_SOCKET;
      int type = control.get(INT, at + 12);
      if (ofSockets && (type == SCM_RIGHTS || type == SCM_PIDFD)) {
        closeAll(at + CMSG_HEADER, at + size);
        descriptors |= type == SCM_RIGHTS;
      } else {
        kept.writeBytes(NativeBytes.bytes(control.asSlice(at), aligned(size)));
      }
      at += aligned(size);
    }
    int name = Math.min(header.get(INT, 8), SocketCalls.ADDRESS_BYTES);
    return new Message(
        NativeBytes.bytes(bytes, Math.min(length, bytes.byteSize())),
        NativeBytes.bytes(address, name),
        kept.toByteArray(),
        descriptors,
        length > bytes.byteSize());
  }

  private static long aligned(long size) {
    return size + 7 & ~7L;
  }

  private void closeAll(long from, long end) {
    for (long at = from; at + Integer.BYTES <= end; at += Integer.BYTES) {
      FileCalls.close(control.get(INT, at));
    }
  }

  /** True when a byte out of band waits. */
  public static boolean hasUrgentByte(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocate(8, 8);
      int flags = MSG_OOB | MSG_PEEK | MSG_DONTWAIT;
      return Syscalls.call(Sys.RECVFROM, fd, one.address(), 1, flags, 0, 0) == 1;
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
