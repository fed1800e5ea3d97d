package org.ckimg.dumper;

import static org.ckimg.linux.sys.NativeBytes.INT;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.PipeCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * What is in the pipes of the tree. tee(2) copies it into a pipe of our own and takes nothing out.
 */
final class PipeCollector {
  private static final int FIONREAD = 0x541b;
  private static final int O_DIRECT = 040000;

  /** One page more than a packet can have. */
  private static final int READ_BYTES = 2 << 12;

  private final Map<Integer, Ends> pipes = new TreeMap<>();

  /**
   * A pipe.
   *
   * @param capacity bytes
   * @param content bytes that were written and not read
   * @param packets their lengths, when it is no stream
   */
  record Pipe(int file, int capacity, byte[] content, List<Integer> packets) {}

  /** One end of it, by the process that holds it. */
  private record End(int pid, int fd) {}

  /** What is known of a pipe's ends. */
  private static final class Ends {
    private End any;
    private End reader;
    private boolean packets;
  }

  /** Notes one end. */
  void add(int file, int pid, int fd, int flags) {
    Ends ends = pipes.computeIfAbsent(file, f -> new Ends());
    End end = new End(pid, fd);
    ends.any = end;
    if ((flags & FileCalls.O_ACCMODE) == FileCalls.O_RDONLY) {
      ends.reader = end;
    } else {
      ends.packets |= (flags & O_DIRECT) != 0;
    }
  }

  /** Reads all of them; what nobody can read any more is not there. */
  List<Pipe> read(Refusals refusals) throws IOException {
    List<Pipe> found = new ArrayList<>();
    for (Map.Entry<Integer, Ends> pipe : pipes.entrySet()) {
      Ends ends = pipe.getValue();
      End end = ends.reader == null ? ends.any : ends.reader;
      try {
        found.add(read(pipe.getKey(), end, ends));
      } catch (SyscallException e) {
        refusals.add("pipe at fd " + end.fd() + " of process " + end.pid(), e.getMessage());
      }
    }
    return found;
  }

  private static Pipe read(int file, End end, Ends ends) throws IOException {
    int pidfd = ProcessCalls.openPidfd(end.pid());
    try {
      int copy = ProcessCalls.getFd(pidfd, end.fd());
      try {
        return read(file, copy, ends);
      } finally {
        FileCalls.close(copy);
      }
    } finally {
      FileCalls.close(pidfd);
    }
  }

  private static Pipe read(int file, int copy, Ends ends) throws IOException {
    int capacity = PipeCalls.capacity(copy);
    List<Integer> packets = new ArrayList<>();
    int length = ends.reader == null ? 0 : bytesInside(copy);
    byte[] content = new byte[0];
    if (length > 0) {
      content = peek(copy, capacity, length, packets);
    }
    return new Pipe(file, capacity, content, ends.packets ? packets : List.of());
  }

  private static byte[] peek(int copy, int capacity, int length, List<Integer> packets)
      throws IOException {
    PipeCalls.Ends own = PipeCalls.make(capacity);
    try (Arena arena = Arena.ofConfined()) {
      PipeCalls.tee(copy, own.writer());
      MemorySegment buffer = arena.allocate(READ_BYTES);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
      while (bytes.size() < length) {
        int n = (int) FileCalls.read(own.reader(), buffer);
        packets.add(n);
        bytes.writeBytes(NativeBytes.bytes(buffer, n));
      }
      return bytes.toByteArray();
    } finally {
      FileCalls.close(own.reader());
      FileCalls.close(own.writer());
    }
  }

  private static int bytesInside(int fd) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(Integer.BYTES, Integer.BYTES);
      Syscalls.check(
          "ioctl(FIONREAD)", Syscalls.call(Sys.IOCTL, fd, FIONREAD, count.address()), "pipe");
      return count.get(INT, 0);
    }
  }
}
