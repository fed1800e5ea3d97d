package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;

/**
 * Files that no path leads to. One is made again under its old name, or one like it where that is
 * taken, and loses the name at once.
 */
record LostFiles(Construction construction) {
  private static final int O_NOFOLLOW = 0400000;
  private static final int S_IFIFO = 0010000;
  private static final int ATTEMPTS = 100;

  /** Makes something under a name: a descriptor or -errno. */
  @FunctionalInterface
  private interface Maker {
    long make(long name) throws IOException;
  }

  /** An empty regular file, open for reading and writing. */
  int regular(FileFacts file) throws IOException {
    int flags =
        FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_EXCL | FileCalls.O_CLOEXEC | O_NOFOLLOW;
    return make(
        file,
        name -> construction.call(Sys.OPENAT, FileCalls.AT_FDCWD, name, flags, mode(file) | 0600));
  }

  /** A FIFO, by an O_PATH descriptor. */
  int fifo(FileFacts file) throws IOException {
    int flags = FileCalls.O_PATH | FileCalls.O_CLOEXEC | O_NOFOLLOW;
    return make(
        file,
        name -> {
          long made =
              construction.call(
                  Sys.MKNODAT, FileCalls.AT_FDCWD, name, S_IFIFO | mode(file) | 0600, 0);
          return made < 0
              ? made
              : construction.call(Sys.OPENAT, FileCalls.AT_FDCWD, name, flags, 0);
        });
  }

  /** Permission bits that the program had given it; while it is built it is more open. */
  static int mode(FileFacts file) {
    return file.mode().orElse(0600) & 07777;
  }

  private int make(FileFacts file, Maker maker) throws IOException {
    long fd = -Errno.EEXIST;
    byte[] name = {};
    for (int attempt = 0; fd == -Errno.EEXIST && attempt < ATTEMPTS; attempt++) {
      name = attempt == 0 ? file.path().toArray() : numbered(file.path(), attempt);
      fd = maker.make(construction.workbench().putString(name));
    }
    if (fd < 0) {
      throw new SyscallException(
          "open", (int) -fd, "deleted file " + Bytes.of(name) + ", to make it again");
    }
    construction.check(
        "unlink",
        file.path().toString(),
        Sys.UNLINKAT,
        FileCalls.AT_FDCWD,
        construction.workbench().putString(name),
        0);
    return new Numbers(construction).moveUp((int) fd);
  }

  private static byte[] numbered(Bytes path, int attempt) {
    byte[] suffix = (".restored-" + attempt).getBytes(StandardCharsets.US_ASCII);
    byte[] name = Arrays.copyOf(path.toArray(), path.length() + suffix.length);
    System.arraycopy(suffix, 0, name, path.length(), suffix.length);
    return name;
  }
}
