package org.ckimg.tools.cli;

import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.linux.sys.Errno;

/** What to do about an error number, and error numbers by the C library's text for them. */
final class ErrorTexts {
  private static final int EFBIG = 27;
  private static final int EPIPE = 32;
  private static final int ENFILE = 23;
  private static final int EMFILE = 24;

  /** The JDK reports a failed read or write by this text alone. */
  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("No space left on device", Errno.ENOSPC),
          Map.entry("Disk quota exceeded", Errno.EDQUOT),
          Map.entry("Input/output error", Errno.EIO),
          Map.entry("Permission denied", Errno.EACCES),
          Map.entry("Is a directory", Errno.EISDIR),
          Map.entry("Read-only file system", Errno.EROFS),
          Map.entry("File too large", EFBIG),
          Map.entry("Too many open files", EMFILE),
          Map.entry("Too many open files in system", ENFILE),
          Map.entry("Too many levels of symbolic links", Errno.ELOOP),
          Map.entry("Broken pipe", EPIPE));

  private static final Map<Integer, String> ADVICE =
      Map.ofEntries(
          Map.entry(
              Errno.EPERM,
              "run ckimg as the owner of the process; `ckimg probe` says what is missing"),
          Map.entry(Errno.EACCES, "run ckimg as a user who may, or change the permissions"),
          Map.entry(Errno.ENOENT, "check the name"),
          Map.entry(Errno.ESRCH, "check the pid: the process may have ended"),
          Map.entry(Errno.ENOSPC, "free some space, or choose another place"),
          Map.entry(Errno.EDQUOT, "free some space, or choose another place"),
          Map.entry(Errno.EROFS, "choose another place"),
          Map.entry(EFBIG, "raise the limit of the file size (ulimit -f), or choose another place"),
          Map.entry(Errno.EEXIST, "choose another name or pid"),
          Map.entry(Errno.EISDIR, "name a file"),
          Map.entry(Errno.EIO, "check the disk"),
          Map.entry(EPIPE, "whoever was to read it has left"),
          Map.entry(EMFILE, "raise the limit of open files (ulimit -n)"),
          Map.entry(ENFILE, "close some files, or raise fs.file-max"),
          Map.entry(Errno.ENOMEM, "free some memory, or raise the limits (ulimit -a)"),
          Map.entry(Errno.EAGAIN, "try again, or raise the limits (ulimit -a)"),
          Map.entry(Errno.ENOSYS, "this kernel is too old; `ckimg probe` says what is missing"));

  private ErrorTexts() {}

  /** The error number that strerror(3) has this text for. */
  static OptionalInt errno(String text) {
    Integer number = NUMBERS.get(text);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** What a user can do about it; empty when there is nothing to say. */
  static String advice(int errno) {
    return ADVICE.getOrDefault(errno, "");
  }
}
