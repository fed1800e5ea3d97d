package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.linux.sys.SyscallException;

/** Processes, and the threads and children of each. */
public final class Tasks {
  private Tasks() {}

  /** All process ids that can be seen, ascending. */
  public static List<Integer> processes() throws IOException {
    return Directory.numbers("/proc");
  }

  /** Thread ids, ascending. */
  public static List<Integer> threads(int pid) throws IOException {
    return Directory.numbers("/proc/" + pid + "/task");
  }

  /**
   * True when the first thread of a process has ended, so that it looks dead, and another lives.
   */
  public static boolean outliveFirst(int pid) throws IOException {
    for (int tid : threads(pid)) {
      if (tid != pid && isAlive(pid, tid)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAlive(int pid, int tid) throws IOException {
    try {
      return !Stat.readThread(pid, tid).hasEnded();
    } catch (SyscallException e) {
      return false;
    }
  }

  /**
   * Children of all threads, zombies included.
   *
   * @throws SyscallException ENOENT also from a kernel without CONFIG_PROC_CHILDREN
   */
  public static List<Integer> children(int pid) throws IOException {
    List<Integer> children = new ArrayList<>();
    for (int tid : threads(pid)) {
      try {
        children.addAll(numbers(ProcFile.bytes(pid, "task/" + tid + "/children")));
      } catch (SyscallException e) {
        if (threads(pid).contains(tid)) {
          throw e;
        }
        // The thread ended; its children went to another one.
      }
    }
    return children;
  }

  /** Numbers between blanks; user and group ids use all 32 bits. */
  static List<Integer> numbers(byte[] text) {
    List<Integer> numbers = new ArrayList<>();
    Cursor cursor = new Cursor(text);
    String word;
    while (!(word = cursor.word()).isEmpty()) {
      numbers.add(Integer.parseUnsignedInt(word));
    }
    return numbers;
  }
}
