package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.Arrays;

/**
 * /proc/PID/stat, proc_pid_stat(5). Addresses read 0 without ptrace access.
 *
 * @param state R, S, D, T, t, Z, X or I
 * @param ttyNumber device of the controlling terminal, 0 for none
 * @param ttyGroup its foreground process group, -1 for none
 * @param flags PF_* of include/linux/sched.h
 * @param startTicks since boot, in USER_HZ (100 a second)
 * @param processor that it was on last
 * @param exitCode wait(2) status
 */
public record Stat(
    int pid,
    byte[] comm,
    char state,
    int parent,
    int group,
    int session,
    int ttyNumber,
    int ttyGroup,
    int flags,
    int nice,
    long startTicks,
    long startCode,
    long endCode,
    long startStack,
    int exitSignal,
    int processor,
    int rtPriority,
    int policy,
    long startData,
    long endData,
    long startBrk,
    long argStart,
    long argEnd,
    long envStart,
    long envEnd,
    int exitCode) {
  /** Number of the first field behind the name. */
  private static final int FIRST = 3;

  private static final int LAST = 52;
  private static final int PF_EXITING = 0x4;
  private static final int PF_KTHREAD = 0x20_0000;

  /** Of a process. */
  public static Stat read(int pid) throws IOException {
    return parse(ProcFile.bytes(pid, "stat"));
  }

  /** Of a thread. */
  public static Stat readThread(int pid, int tid) throws IOException {
    return parse(ProcFile.bytes(pid, "task/" + tid + "/stat"));
  }

  /** The name may hold blanks and parentheses: the last parenthesis ends it. */
  static Stat parse(byte[] text) {
    int open = indexOf(text, '(');
    int close = lastIndexOf(text, ')');
    int pid = (int) new Cursor(text).number(10);
    byte[] comm = Arrays.copyOfRange(text, open + 1, close);
    char state = (char) text[close + 2];
    long[] fields = new long[LAST + 1];
    Cursor cursor = new Cursor(Arrays.copyOfRange(text, close + 3, text.length));
    for (int field = FIRST + 1; field <= LAST; field++) {
      fields[field] = cursor.number(10);
    }
    return new Stat(
        pid,
        comm,
        state,
        (int) fields[4],
        (int) fields[5],
        (int) fields[6],
        (int) fields[7],
        (int) fields[8],
        (int) fields[9],
        (int) fields[19],
        fields[22],
        fields[26],
        fields[27],
        fields[28],
        (int) fields[38],
        (int) fields[39],
        (int) fields[40],
        (int) fields[41],
        fields[45],
        fields[46],
        fields[47],
        fields[48],
        fields[49],
        fields[50],
        fields[51],
        (int) fields[52]);
  }

  /** A thread of the kernel: there is no program in it. */
  public boolean isKernelThread() {
    return (flags & PF_KTHREAD) != 0;
  }

  /** A zombie, or gone but for its number. */
  public boolean isDead() {
    return state == 'Z' || state == 'X';
  }

  /**
   * A zombie, or on its way to be one: such a task gives its memory back, and then its files, while
   * it still counts as running.
   */
  public boolean hasEnded() {
    return isDead() || (flags & PF_EXITING) != 0;
  }

  private static int indexOf(byte[] text, char wanted) {
    int i = 0;
    while (text[i] != wanted) {
      i++;
    }
    return i;
  }

  private static int lastIndexOf(byte[] text, char wanted) {
    int i = text.length - 1;
    while (text[i] != wanted) {
      i--;
    }
    return i;
  }
}
