package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;

/**
 * Makes files that no path leads to, in the folder that they were in. No name of the image is used:
 * one never has a name, or where that cannot be, for a moment one that nobody can guess.
 */
record LostFiles(Construction construction) {
  private static final int O_TMPFILE = 020000000 | FileCalls.O_DIRECTORY;
  private static final int S_IFIFO = 0010000;
  private static final int PRIVATE = 0600;
  private static final int PERMISSIONS = 0777;
  private static final int ALL_MODES = 07777;

  /** Its place among the ids of a task, proc_pid_status(5). */
  private static final int FSUID = 3;

  /** An empty regular file, open for reading and writing. */
  int regular(FileFacts file) throws IOException {
    int flags = FileCalls.O_RDWR | FileCalls.O_CLOEXEC | FileCalls.O_EXCL;
    // O_EXCL: it can never be given a name, as the lost one could not.
    long fd = open(folder(file), flags | O_TMPFILE);
    if (fd == -Errno.EOPNOTSUPP || fd == -Errno.EISDIR) {
      String name = secretName(file);
      fd = withoutName(name, open(name, flags | FileCalls.O_CREAT | FileCalls.O_NOFOLLOW));
    }
    return usable(file, fd);
  }

  /** A FIFO, by an O_PATH descriptor. */
  int fifo(FileFacts file) throws IOException {
    String name = secretName(file);
    long made = construction.call(Sys.MKNODAT, FileCalls.AT_FDCWD, put(name), S_IFIFO | PRIVATE, 0);
    if (made < 0) {
      return usable(file, made);
    }
    int flags = FileCalls.O_PATH | FileCalls.O_CLOEXEC | FileCalls.O_NOFOLLOW;
    int fd = usable(file, withoutName(name, open(name, flags)));
    requireOwn(file, fd);
    return fd;
  }

  /** Who may rename in the folder can have given the name to another file before it was opened. */
  private void requireOwn(FileFacts file, int fd) throws IOException {
    FileStatus made = FileCalls.status(Bytes.utf8(link(fd)).toArray());
    int user = Status.read(construction.pid()).uids()[FSUID];
    // A mask may have taken bits away, but adds none.
    boolean own =
        made.type() == S_IFIFO
            && made.links() == 0
            && made.uid() == user
            && (made.mode() & ALL_MODES & ~PRIVATE) == 0;
    if (!own) {
      throw new IOException(
          "a FIFO that was made for %s has changed: it is another file".formatted(file.path()));
    }
  }

  private String link(int fd) {
    return "/proc/%d/fd/%d".formatted(construction.pid(), fd);
  }

  /** Permission bits that the program had given it; while it is built it is private. */
  static int mode(FileFacts file) {
    return file.mode().orElse(PRIVATE) & PERMISSIONS;
  }

  private String folder(FileFacts file) throws IOException {
    return "/proc/self/fd/" + construction.inheritance().folder(file.id());
  }

  private String secretName(FileFacts file) throws IOException {
    return folder(file) + "/.ckimg-" + Long.toHexString(new SecureRandom().nextLong());
  }

  private long open(String path, int flags) throws IOException {
    return construction.call(Sys.OPENAT, FileCalls.AT_FDCWD, put(path), flags, PRIVATE);
  }

  /** A file that could not be opened may have been made all the same. */
  private long withoutName(String name, long fd) throws IOException {
    boolean isOthers = fd == -Errno.EEXIST;
    long gone = isOthers ? 0 : construction.call(Sys.UNLINKAT, FileCalls.AT_FDCWD, put(name), 0);
    if (fd >= 0) {
      Syscalls.check("unlink", gone, "restored process: " + name);
    }
    return fd;
  }

  private int usable(FileFacts file, long fd) throws IOException {
    if (fd < 0) {
      throw new SyscallException("open", (int) -fd, "a file without a name, for " + file.path());
    }
    return new Numbers(construction).moveUp((int) fd);
  }

  private long put(String path) throws IOException {
    return construction.workbench().putString(path.getBytes(StandardCharsets.US_ASCII));
  }
}
