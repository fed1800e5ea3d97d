package org.ckimg.dumper;

import static org.ckimg.linux.sys.NativeBytes.INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ckimg.linux.proc.FdInfo;
import org.ckimg.linux.proc.Fds;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.spec.model.FdType;

/**
 * A pipe that a program has with itself, so that a signal handler can wake its main loop: both ends
 * in this process and nowhere else, and nothing in it. Any other pipe has somebody at its other
 * end.
 */
final class OwnPipe {
  private static final int FIONREAD = 0x541b;

  private OwnPipe() {}

  static DescriptorKind kind(int pid, int fd, int pidfd, String link, OtherHolders others)
      throws IOException {
    String name = "pipe " + link.substring("pipe:".length());
    if (!hasBothEnds(pid, link) || others.hold(link)) {
      return DescriptorKind.unsupported(FdType.PIPE, name);
    }
    int bytes = bytesInside(fd, pidfd);
    return bytes == 0
        ? DescriptorKind.supported(FdType.PIPE)
        : DescriptorKind.unsupported(FdType.PIPE, name + " with " + bytes + " bytes in it");
  }

  /** Exactly one read end and one write end, each perhaps under several numbers. */
  private static boolean hasBothEnds(int pid, String link) throws IOException {
    int reader = -1;
    int writer = -1;
    for (int fd : Fds.list(pid)) {
      if (!DescriptorCollector.text(Fds.link(pid, fd)).equals(link)) {
        continue;
      }
      int access = FdInfo.read(pid, fd).flags() & FileCalls.O_ACCMODE;
      int known = access == FileCalls.O_RDONLY ? reader : writer;
      boolean another =
          known >= 0 && ProcessCalls.compare(pid, pid, ProcessCalls.KCMP_FILE, known, fd) != 0;
      if (another || access == FileCalls.O_RDWR) {
        return false;
      }
      if (access == FileCalls.O_RDONLY) {
        reader = fd;
      } else {
        writer = fd;
      }
    }
    return reader >= 0 && writer >= 0;
  }

  private static int bytesInside(int fd, int pidfd) throws IOException {
    int copy = ProcessCalls.getFd(pidfd, fd);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(4, 4);
      Syscalls.check(
          "ioctl(FIONREAD)", Syscalls.call(Sys.IOCTL, copy, FIONREAD, count.address()), "fd " + fd);
      return count.get(INT, 0);
    } finally {
      FileCalls.close(copy);
    }
  }
}
