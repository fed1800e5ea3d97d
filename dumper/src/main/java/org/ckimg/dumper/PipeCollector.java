package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.PipeCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/** The pipes and FIFOs that a tree has open, and what is in them. */
final class PipeCollector {
  private static final int O_DIRECT = 040000;

  private final Map<Integer, Ends> pipes = new TreeMap<>();

  /** A pipe. */
  record Pipe(int file, int capacity, PipeContent content) {}

  /** What is known of a pipe's ends: one of them, one to read from if there is any. */
  private record Ends(int pid, int fd, boolean reads, boolean packets) {
    Ends and(Ends other) {
      Ends kept = reads ? this : other;
      return new Ends(kept.pid, kept.fd, kept.reads, packets || other.packets);
    }
  }

  /** Notes one end. */
  void add(int file, int pid, int fd, int flags) {
    int access = flags & FileCalls.O_ACCMODE;
    boolean packets = access != FileCalls.O_RDONLY && (flags & O_DIRECT) != 0;
    Ends end = new Ends(pid, fd, access != FileCalls.O_WRONLY, packets);
    pipes.merge(file, end, Ends::and);
  }

  /** Reads all of them. */
  List<Pipe> read(Refusals refusals) throws IOException {
    List<Pipe> found = new ArrayList<>();
    for (Map.Entry<Integer, Ends> pipe : pipes.entrySet()) {
      Ends ends = pipe.getValue();
      String subject = "pipe at fd " + ends.fd + " of process " + ends.pid;
      try {
        Pipe read = read(pipe.getKey(), ends);
        if (read.content.mixed()) {
          refusals.add(subject, "packets and other bytes in one pipe");
        }
        found.add(read);
      } catch (SyscallException e) {
        refusals.add(subject, e.getMessage());
      }
    }
    return found;
  }

  private static Pipe read(int file, Ends ends) throws IOException {
    int pidfd = ProcessCalls.openThreadPidfd(ends.pid);
    try {
      int copy = ProcessCalls.getFd(pidfd, ends.fd);
      try {
        int capacity = PipeCalls.capacity(copy);
        int length = PipeCalls.bytesInside(copy);
        PipeContent content =
            length == 0
                ? PipeContent.empty()
                : peek(copy, ends.reads, length, capacity, ends.packets);
        return new Pipe(file, capacity, content);
      } finally {
        FileCalls.close(copy);
      }
    } finally {
      FileCalls.close(pidfd);
    }
  }

  /** Where no process can read it, another end is opened for a moment; all of them stand still. */
  private static PipeContent peek(
      int copy, boolean reads, int length, int capacity, boolean packets) throws IOException {
    if (reads) {
      return PipeContent.peek(copy, length, capacity, packets);
    }
    int flags = FileCalls.O_RDONLY | FileCalls.O_NONBLOCK | FileCalls.O_CLOEXEC;
    int reader = FileCalls.open("/proc/self/fd/" + copy, flags);
    try {
      return PipeContent.peek(reader, length, capacity, packets);
    } finally {
      FileCalls.close(reader);
    }
  }
}
