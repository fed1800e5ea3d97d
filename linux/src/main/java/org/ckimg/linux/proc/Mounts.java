package org.ckimg.linux.proc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What is mounted where, {@code /proc/PID/mountinfo} of proc_pid_mountinfo(5). */
public final class Mounts {
  private Mounts() {}

  /**
   * One mount.
   *
   * @param device of the file system, major &lt;&lt; 32 | minor
   * @param root what of it is mounted, a path within it
   * @param point where, absolute
   */
  public record Mount(long device, byte[] root, byte[] point) {
    /** True when the root of the file system is mounted, not a folder of it. */
    public boolean whole() {
      return root.length == 1 && root[0] == '/';
    }
  }

  /** Those that a process sees, in the order that they were mounted in. */
  public static List<Mount> of(int pid) throws IOException {
    return parse(ProcFile.bytes(pid, "mountinfo"));
  }

  static List<Mount> parse(byte[] text) {
    List<Mount> mounts = new ArrayList<>();
    Cursor cursor = new Cursor(text);
    while (cursor.hasMore()) {
      cursor.until(' ');
      cursor.until(' ');
      long major = cursor.number(10);
      cursor.until(':');
      long device = major << 32 | cursor.number(10);
      cursor.until(' ');
      byte[] root = unescape(cursor.until(' '));
      mounts.add(new Mount(device, root, unescape(cursor.until(' '))));
      cursor.nextLine();
    }
    return mounts;
  }

  /** Blanks and their like stand there as a backslash and three octal digits. */
  private static byte[] unescape(byte[] shown) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    for (int i = 0; i < shown.length; i++) {
      if (shown[i] == '\\' && i + 3 < shown.length) {
        plain.write((shown[i + 1] - '0') << 6 | (shown[i + 2] - '0') << 3 | shown[i + 3] - '0');
        i += 3;
      } else {
        plain.write(shown[i]);
      }
    }
    return plain.toByteArray();
  }
}
