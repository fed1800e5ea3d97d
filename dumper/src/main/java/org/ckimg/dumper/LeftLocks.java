package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.linux.proc.Fds;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/** Connections of TCP that a tool which was killed has left locked go on. */
final class LeftLocks {
  private final int pid;
  private final List<String> notes = new ArrayList<>();

  private LeftLocks(int pid) {
    this.pid = pid;
  }

  /** Looks through a process that nobody traces; what was found, in words for the caller. */
  static List<String> open(int pid) throws IOException {
    LeftLocks left = new LeftLocks(pid);
    left.open(fds(pid));
    return left.notes;
  }

  /** None of one that is dead, ends, or may not be looked into: the dump itself says what it is. */
  private static List<Integer> fds(int pid) throws IOException {
    try {
      return Status.read(pid).tracer() == 0 ? Fds.list(pid) : List.of();
    } catch (SyscallException e) {
      return List.of();
    }
  }

  private void open(List<Integer> fds) throws IOException {
    for (int fd : fds) {
      OptionalInt copy = isSocket(fd) ? copy(fd) : OptionalInt.empty();
      if (copy.isPresent()) {
        open(fd, copy.getAsInt());
      }
    }
  }

  private boolean isSocket(int fd) {
    try {
      return DescriptorCollector.text(Fds.link(pid, fd)).startsWith("socket:");
    } catch (SyscallException e) {
      return false;
    }
  }

  /** The tool's own descriptor of a socket; the program may close it, or end, meanwhile. */
  private OptionalInt copy(int fd) {
    try {
      int pidfd = ProcessCalls.openPidfd(pid);
      try {
        return OptionalInt.of(ProcessCalls.getFd(pidfd, fd));
      } finally {
        FileCalls.close(pidfd);
      }
    } catch (SyscallException e) {
      return OptionalInt.empty();
    }
  }

  private void open(int fd, int copy) throws IOException {
    try {
      boolean tcp = SocketKind.Numbers.of(copy).kind().filter(SocketKind.TCP::equals).isPresent();
      if (tcp && ConnectionLock.open(copy)) {
        notes.add(
            "process %d: fd %d: a dump that was killed had left its connection locked; it goes on"
                .formatted(pid, fd));
      }
    } catch (SyscallException e) {
      if (e.errno() != Errno.EPERM) {
        throw e;
      }
      notes.add(
          "process %d: fd %d: a dump that was killed has left its connection locked; a dump with CAP_NET_ADMIN lets it go on"
              .formatted(pid, fd));
    } finally {
      FileCalls.close(copy);
    }
  }
}
