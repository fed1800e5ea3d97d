package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment of System V shared memory, shmget(2).
 *
 * @param key IPC_PRIVATE is 0
 * @param mode permission bits, {@link #REMOVED} and {@link #LOCKED}
 * @param bytes size
 * @param attached how many mappings show it
 * @param changedSeconds shm_ctime
 */
public record Segment(
    int key, int id, int mode, long bytes, long attached, int uid, int gid, long changedSeconds) {
  /** SHM_DEST: it goes with its last mapping. */
  public static final int REMOVED = 01000;

  /** SHM_LOCKED of shmctl(2). */
  public static final int LOCKED = 02000;

  /** All segments of this ipc namespace, /proc/sysvipc/shm. */
  public static List<Segment> all() throws IOException {
    return parse(ProcFile.read("/proc/sysvipc/shm"));
  }

  static List<Segment> parse(byte[] table) {
    List<Segment> segments = new ArrayList<>();
    Cursor cursor = new Cursor(table);
    cursor.nextLine();
    while (cursor.hasMore()) {
      cursor.skipBlanks();
      int key = (int) cursor.number(10);
      int id = (int) cursor.number(10);
      int mode = (int) cursor.number(8);
      long bytes = cursor.number(10);
      cursor.number(10);
      cursor.number(10);
      long attached = cursor.number(10);
      int uid = (int) cursor.number(10);
      int gid = (int) cursor.number(10);
      cursor.number(10);
      cursor.number(10);
      cursor.number(10);
      cursor.number(10);
      long changed = cursor.number(10);
      segments.add(new Segment(key, id, mode, bytes, attached, uid, gid, changed));
      cursor.nextLine();
    }
    return segments;
  }
}
