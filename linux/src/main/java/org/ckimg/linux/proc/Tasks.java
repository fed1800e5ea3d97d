package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.linux.sys.SyscallException;

/** Threads and children of a process. */
public final class Tasks {
  private Tasks() {}

  /** Thread ids, ascending. */
  public static List<Integer> threads(int pid) throws IOException {
    return Directory.numbers("/proc/" + pid + "/task");
  }

  /** Children of all threads, zombies included. */
  public static List<Integer> children(int pid) throws IOException {
    List<Integer> children = new ArrayList<>();
    for (int tid : threads(pid)) {
      byte[] text;
      try {
        text = ProcFile.bytes(pid, "task/" + tid + "/children");
      } catch (SyscallException e) {
        // The thread ended; its children went to another one.
        continue;
      }
      Cursor cursor = new Cursor(text);
      cursor.skipBlanks();
      while (cursor.hasMore()) {
        children.add((int) cursor.number(10));
        cursor.skipBlanks();
      }
    }
    return children;
  }
}
