package org.ckimg.linux.proc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A line of /proc/PID/maps.
 *
 * @param start first address
 * @param end first address behind it
 * @param protection 1 read, 2 write, 4 execute
 * @param shared true for MAP_SHARED
 * @param fileOffset bytes
 * @param device major &lt;&lt; 32 | minor
 * @param inode 0 for none
 * @param path as bytes, with " (deleted)" where the kernel adds it; empty for none
 */
public record Mapping(
    long start,
    long end,
    int protection,
    boolean shared,
    long fileOffset,
    long device,
    long inode,
    byte[] path) {
  /** A part of it. */
  public Mapping part(long from, long to) {
    boolean hasOffset = inode != 0 || fileOffset != 0;
    return new Mapping(
        from,
        to,
        protection,
        shared,
        hasOffset ? fileOffset + from - start : 0,
        device,
        inode,
        path);
  }

  /** True when the other is at the same place, of the same file, and may do the same. */
  public boolean isSameAs(Mapping other) {
    return start == other.start
        && end == other.end
        && protection == other.protection
        && shared == other.shared
        && fileOffset == other.fileOffset
        && device == other.device
        && inode == other.inode
        && Arrays.equals(path, other.path);
  }

  /** The path as text, for names that the kernel itself gives. */
  public String pathText() {
    return new String(path, StandardCharsets.ISO_8859_1);
  }

  /** True when the kernel calls the mapping this, such as {@code [vdso]}. */
  public boolean isNamed(String name) {
    return pathText().equals(name);
  }
}
