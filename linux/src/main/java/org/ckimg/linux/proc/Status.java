package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * /proc/PID/status, proc_pid_status(5). Masks and capability sets have bit n - 1 for signal n and
 * bit n for capability n.
 *
 * @param name of the task, with the kernel's escapes
 * @param state R, S, D, T, t, Z, X or I
 * @param tracer pid of the tracer, 0 for none
 * @param uids real, effective, saved, file system
 * @param gids likewise
 * @param namespacePids pid in each pid namespace, the reader's first
 * @param namespaceGroups process group likewise, 0 where it is outside
 * @param namespaceSessions session likewise
 */
public record Status(
    byte[] name,
    OptionalInt umask,
    char state,
    int tgid,
    int pid,
    int parent,
    int tracer,
    int[] uids,
    int[] gids,
    List<Integer> groups,
    List<Integer> namespacePids,
    List<Integer> namespaceGroups,
    List<Integer> namespaceSessions,
    int threads,
    long pending,
    long sharedPending,
    long blocked,
    long ignored,
    long caught,
    long capInheritable,
    long capPermitted,
    long capEffective,
    long capBounding,
    long capAmbient,
    boolean noNewPrivs,
    int seccompMode) {
  /** A zombie, or gone but for its number. */
  public boolean isDead() {
    return state == 'Z' || state == 'X';
  }

  /** Status of a process. */
  public static Status read(int pid) throws IOException {
    return parse(ProcFile.bytes(pid, "status"));
  }

  /** Status of a thread. */
  public static Status readThread(int pid, int tid) throws IOException {
    return parse(ProcFile.bytes(pid, "task/" + tid + "/status"));
  }

  static Status parse(byte[] text) {
    Map<String, byte[]> fields = new HashMap<>();
    Cursor cursor = new Cursor(text);
    while (cursor.hasMore()) {
      String key = new String(cursor.until(':'), java.nio.charset.StandardCharsets.ISO_8859_1);
      cursor.skipBlanks();
      fields.put(key, cursor.restOfLine());
    }
    return of(new Fields(fields));
  }

  private static Status of(Fields f) {
    return new Status(
        f.bytes("Name"),
        f.has("Umask") ? OptionalInt.of((int) f.number("Umask", 8)) : OptionalInt.empty(),
        (char) f.bytes("State")[0],
        (int) f.number("Tgid", 10),
        (int) f.number("Pid", 10),
        (int) f.number("PPid", 10),
        (int) f.number("TracerPid", 10),
        f.numbers("Uid").stream().mapToInt(Integer::intValue).toArray(),
        f.numbers("Gid").stream().mapToInt(Integer::intValue).toArray(),
        f.numbers("Groups"),
        f.numbers("NSpid"),
        f.numbers("NSpgid"),
        f.numbers("NSsid"),
        (int) f.number("Threads", 10),
        f.number("SigPnd", 16),
        f.number("ShdPnd", 16),
        f.number("SigBlk", 16),
        f.number("SigIgn", 16),
        f.number("SigCgt", 16),
        f.number("CapInh", 16),
        f.number("CapPrm", 16),
        f.number("CapEff", 16),
        f.number("CapBnd", 16),
        f.number("CapAmb", 16),
        f.number("NoNewPrivs", 10) == 1,
        (int) f.number("Seccomp", 10));
  }

  private record Fields(Map<String, byte[]> values) {
    boolean has(String key) {
      return values.containsKey(key);
    }

    byte[] bytes(String key) {
      return values.getOrDefault(key, new byte[] {'?'});
    }

    long number(String key, int radix) {
      return has(key) ? new Cursor(values.get(key)).number(radix) : 0;
    }

    List<Integer> numbers(String key) {
      return Tasks.numbers(values.getOrDefault(key, new byte[0]));
    }
  }
}
