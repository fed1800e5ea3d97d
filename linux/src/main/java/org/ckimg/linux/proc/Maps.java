package org.ckimg.linux.proc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** /proc/PID/maps. */
public final class Maps {
  private Maps() {}

  /** The mappings of a process, ascending. */
  public static List<Mapping> read(int pid) throws IOException {
    return parse(ProcFile.bytes(pid, "maps"));
  }

  static List<Mapping> parse(byte[] text) {
    List<Mapping> mappings = new ArrayList<>();
    Cursor cursor = new Cursor(text);
    while (cursor.hasMore()) {
      mappings.add(line(cursor));
    }
    return mappings;
  }

  /** One line; stands on the next one. */
  static Mapping line(Cursor cursor) {
    long start = cursor.number(16);
    cursor.skip(1);
    long end = cursor.number(16);
    cursor.skip(1);
    int protection = 0;
    for (int bit = 1; bit <= 4; bit <<= 1) {
      protection |= cursor.peek() == '-' ? 0 : bit;
      cursor.skip(1);
    }
    boolean shared = cursor.peek() == 's';
    cursor.skip(1);
    long offset = cursor.number(16);
    long major = cursor.number(16);
    cursor.skip(1);
    long minor = cursor.number(16);
    long inode = cursor.number(10);
    cursor.skipBlanks();
    byte[] path = unescape(cursor.restOfLine());
    return new Mapping(start, end, protection, shared, offset, major << 32 | minor, inode, path);
  }

  /** The kernel writes a line feed in a name as \012, seq_path. */
  private static byte[] unescape(byte[] name) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(name.length);
    for (int i = 0; i < name.length; i++) {
      boolean escape =
          name[i] == '\\'
              && i + 3 < name.length
              && name[i + 1] == '0'
              && name[i + 2] == '1'
              && name[i + 3] == '2';
      plain.write(escape ? '\n' : name[i]);
      i += escape ? 3 : 0;
    }
    return plain.toByteArray();
  }
}
