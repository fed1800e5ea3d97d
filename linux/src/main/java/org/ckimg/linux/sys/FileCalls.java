package org.ckimg.linux.sys;

import static org.ckimg.linux.sys.NativeBytes.INT;
import static org.ckimg.linux.sys.NativeBytes.LONG;
import static org.ckimg.linux.sys.NativeBytes.SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** System calls on files, with paths as bytes. Every one throws {@link SyscallException}. */
public final class FileCalls {
  private static final short POLLIN = 1;
  public static final int AT_FDCWD = -100;
  public static final int AT_EMPTY_PATH = 0x1000;
  public static final int AT_SYMLINK_NOFOLLOW = 0x100;
  public static final int AT_EACCESS = 0x200;

  public static final int R_OK = 4;
  public static final int W_OK = 2;
  public static final int X_OK = 1;

  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_ACCMODE = 3;
  public static final int O_CREAT = 0100;
  public static final int O_EXCL = 0200;
  public static final int O_NOCTTY = 0400;
  public static final int O_TRUNC = 01000;
  public static final int O_APPEND = 02000;
  public static final int O_NONBLOCK = 04000;
  public static final int O_DIRECTORY = 0200000;
  public static final int O_NOFOLLOW = 0400000;
  public static final int O_CLOEXEC = 02000000;
  public static final int O_PATH = 010000000;

  /** openat2(2): no link like /proc/self/fd/N is followed. */
  public static final int RESOLVE_NO_MAGICLINKS = 2;

  /** openat2(2): no symbolic link is followed. */
  public static final int RESOLVE_NO_SYMLINKS = 4;

  /** openat2(2): the way never leaves what lies below the directory. */
  public static final int RESOLVE_BENEATH = 8;

  /** renameat2(2): nothing is replaced. */
  public static final int RENAME_NOREPLACE = 1;

  public static final int SEEK_SET = 0;
  public static final int SEEK_DATA = 3;
  public static final int SEEK_HOLE = 4;

  private static final int STATX_BASIC_AND_BTIME = 0xfff;
  private static final int STATX_BTIME = 0x800;
  private static final int MAX_HANDLE_BYTES = 128;

  private FileCalls() {}

  /**
   * What statx(2) says.
   *
   * @param mode type and permission bits
   * @param device major &lt;&lt; 32 | minor
   * @param rdev device number of a device file, major &lt;&lt; 32 | minor
   * @param length bytes
   */
  public record FileStatus(
      int mode,
      int links,
      int uid,
      int gid,
      long device,
      long inode,
      long rdev,
      long length,
      long mtimeNanos,
      long ctimeNanos,
      OptionalLong btimeNanos) {
    /** The type bits, S_IFMT. */
    public int type() {
      return mode & 0170000;
    }

    /** True for S_IFSOCK. */
    public boolean isSocket() {
      return type() == 0140000;
    }

    /**
     * True for the same file, whatever became of its name, owner and mode. An inode is given to the
     * next file as soon as it is free: the times tell the two apart.
     */
    public boolean isSameFile(FileStatus other) {
      return device == other.device
          && inode == other.inode
          && type() == other.type()
          && mtimeNanos == other.mtimeNanos
          && btimeNanos.equals(other.btimeNanos);
    }

    /** True for S_IFREG. */
    public boolean isRegular() {
      return type() == 0100000;
    }

    /** True for S_IFDIR. */
    public boolean isDirectory() {
      return type() == 0040000;
    }

    /** True for S_IFCHR. */
    public boolean isCharacterDevice() {
      return type() == 0020000;
    }
  }

  /**
   * A file handle of name_to_handle_at(2).
   *
   * @param type handle_type
   * @param bytes f_handle
   */
  public record FileHandle(int type, byte[] bytes) {}

  /**
   * statfs(2).
   *
   * @param type f_type
   * @param id f_fsid
   * @param flags f_flags, the options that it is mounted with
   */
  public record FilesystemStatus(long type, long id, long flags) {
    private static final long ST_NOEXEC = 8;

    /** True when no file of it may be executed or mapped as code. */
    public boolean forbidsExecution() {
      return (flags & ST_NOEXEC) != 0;
    }
  }

  /** open(2) relative to the working directory. */
  public static int open(byte[] path, int flags, int mode) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      long fd =
          Syscalls.call(
              Sys.OPENAT, AT_FDCWD, NativeBytes.cString(arena, path).address(), flags, mode);
      return (int) Syscalls.check("open", fd, text(path));
    }
  }

  /** open(2) of an ASCII path. */
  public static int open(String path, int flags) throws SyscallException {
    return open(path.getBytes(StandardCharsets.UTF_8), flags, 0);
  }

  /** openat2(2) with {@code RESOLVE_} bits, relative to the working directory. */
  public static int openResolved(byte[] path, int flags, int resolve) throws SyscallException {
    return openResolved(AT_FDCWD, path, flags, resolve);
  }

  /** openat2(2) with {@code RESOLVE_} bits, relative to an open directory. */
  public static int openResolved(int directory, byte[] path, int flags, int resolve)
      throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment how = arena.allocate(24, 8);
      how.set(LONG, 0, flags);
      how.set(LONG, 16, resolve);
      long fd =
          Syscalls.call(
              Sys.OPENAT2,
              directory,
              NativeBytes.cString(arena, path).address(),
              how.address(),
              how.byteSize());
      return (int) Syscalls.check("openat2", fd, text(path));
    }
  }

  /** close(2); errors do not matter to a descriptor that is gone either way. */
  public static void close(int fd) {
    Syscalls.call(Sys.CLOSE, fd);
  }

  /** statx(2) of an open descriptor, O_PATH included. */
  public static FileStatus status(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment empty = NativeBytes.cString(arena, new byte[0]);
      return statx(arena, fd, empty, AT_EMPTY_PATH, "fd " + fd);
    }
  }

  /** statx(2) of a path; links are followed. */
  public static FileStatus status(byte[] path) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      return statx(arena, AT_FDCWD, NativeBytes.cString(arena, path), 0, text(path));
    }
  }

  /** statx(2) of a name in an open directory; a link is not followed. */
  public static FileStatus statusIn(int directory, byte[] name) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = NativeBytes.cString(arena, name);
      return statx(arena, directory, path, AT_SYMLINK_NOFOLLOW, text(name));
    }
  }

  /** unlinkat(2) of a name in an open directory. */
  public static void unlink(int directory, byte[] name) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      long path = NativeBytes.cString(arena, name).address();
      Syscalls.check("unlink", Syscalls.call(Sys.UNLINKAT, directory, path, 0), text(name));
    }
  }

  /** renameat2(2) within an open directory; a name that is taken is EEXIST. */
  public static void rename(int directory, byte[] from, byte[] to) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      long old = NativeBytes.cString(arena, from).address();
      long name = NativeBytes.cString(arena, to).address();
      Syscalls.check(
          "rename",
          Syscalls.call(Sys.RENAMEAT2, directory, old, directory, name, RENAME_NOREPLACE),
          text(from));
    }
  }

  private static FileStatus statx(
      Arena arena, int directory, MemorySegment path, int flags, String detail)
      throws SyscallException {
    MemorySegment out = arena.allocate(256, 8);
    Syscalls.check(
        "statx",
        Syscalls.call(
            Sys.STATX, directory, path.address(), flags, STATX_BASIC_AND_BTIME, out.address()),
        detail);
    boolean hasBirth = (out.get(INT, 0) & STATX_BTIME) != 0;
    return new FileStatus(
        out.get(SHORT, 28) & 0xffff,
        out.get(INT, 16),
        out.get(INT, 20),
        out.get(INT, 24),
        device(out, 136),
        out.get(LONG, 32),
        device(out, 128),
        out.get(LONG, 40),
        time(out, 112),
        time(out, 96),
        hasBirth ? OptionalLong.of(time(out, 80)) : OptionalLong.empty());
  }

  private static long device(MemorySegment out, long offset) {
    return Integer.toUnsignedLong(out.get(INT, offset)) << 32
        | Integer.toUnsignedLong(out.get(INT, offset + 4));
  }

  private static long time(MemorySegment out, long offset) {
    return out.get(LONG, offset) * 1_000_000_000L + out.get(INT, offset + 8);
  }

  /** True when the calling thread's ids may access it so: faccessat2(2) with R_OK or W_OK. */
  public static boolean isAccessible(int fd, int mode) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment empty = NativeBytes.cString(arena, new byte[0]);
      long result =
          Syscalls.call(Sys.FACCESSAT2, fd, empty.address(), mode, AT_EMPTY_PATH | AT_EACCESS);
      if (result == -Errno.EACCES || result == -Errno.EROFS || result == -Errno.EPERM) {
        return false;
      }
      Syscalls.check("faccessat2", result, "fd " + fd);
      return true;
    }
  }

  /** fstatfs(2). */
  public static FilesystemStatus filesystem(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(120, 8);
      Syscalls.check("fstatfs", Syscalls.call(Sys.FSTATFS, fd, out.address()), "fd " + fd);
      return new FilesystemStatus(out.get(LONG, 0), out.get(LONG, 56), out.get(LONG, 80));
    }
  }

  /** fchown(2); the group stays. */
  public static void changeOwner(int fd, int uid) throws SyscallException {
    Syscalls.check("fchown", Syscalls.call(Sys.FCHOWN, fd, uid, -1), "fd " + fd);
  }

  /** fchmod(2). */
  public static void changeMode(int fd, int mode) throws SyscallException {
    Syscalls.check("fchmod", Syscalls.call(Sys.FCHMOD, fd, mode), "fd " + fd);
  }

  /** read(2), repeated after EINTR: bytes read, 0 at the end. */
  public static long read(int fd, MemorySegment into) throws SyscallException {
    long result;
    do {
      result = Syscalls.call(Sys.READ, fd, into.address(), into.byteSize());
    } while (result == -Errno.EINTR);
    return Syscalls.check("read", result, "fd " + fd);
  }

  /** write(2), repeated until all bytes are written. */
  public static void write(int fd, MemorySegment from) throws SyscallException {
    long done = 0;
    while (done < from.byteSize()) {
      long result = Syscalls.call(Sys.WRITE, fd, from.address() + done, from.byteSize() - done);
      if (result != -Errno.EINTR) {
        done += Syscalls.check("write", result, "fd " + fd);
      }
    }
  }

  /** name_to_handle_at(2) of an open descriptor. */
  public static FileHandle handle(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(8 + MAX_HANDLE_BYTES, 8);
      handle.set(INT, 0, MAX_HANDLE_BYTES);
      MemorySegment mount = arena.allocate(8, 8);
      Syscalls.check(
          "name_to_handle_at",
          Syscalls.call(
              Sys.NAME_TO_HANDLE_AT,
              fd,
              NativeBytes.cString(arena, new byte[0]).address(),
              handle.address(),
              mount.address(),
              AT_EMPTY_PATH),
          "fd " + fd);
      byte[] bytes = handle.asSlice(8, handle.get(INT, 0)).toArray(ValueLayout.JAVA_BYTE);
      return new FileHandle(handle.get(INT, 4), bytes);
    }
  }

  /**
   * open_by_handle_at(2) with O_PATH; needs CAP_DAC_READ_SEARCH.
   *
   * @param mount any open descriptor on the mount
   */
  public static int openByHandle(int mount, FileHandle file) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(8L + file.bytes().length, 8);
      handle.set(INT, 0, file.bytes().length);
      handle.set(INT, 4, file.type());
      MemorySegment.copy(file.bytes(), 0, handle, ValueLayout.JAVA_BYTE, 8, file.bytes().length);
      long fd = Syscalls.call(Sys.OPEN_BY_HANDLE_AT, mount, handle.address(), O_PATH | O_CLOEXEC);
      return (int) Syscalls.check("open_by_handle_at", fd, "handle of type " + file.type());
    }
  }

  /** pread(2): bytes read, 0 at the end. */
  public static long pread(int fd, MemorySegment into, long offset) throws SyscallException {
    return Syscalls.check(
        "pread",
        Syscalls.call(Sys.PREAD64, fd, into.address(), into.byteSize(), offset),
        "fd " + fd);
  }

  /** pwrite(2): bytes written. */
  public static long pwrite(int fd, MemorySegment from, long offset) throws SyscallException {
    return Syscalls.check(
        "pwrite",
        Syscalls.call(Sys.PWRITE64, fd, from.address(), from.byteSize(), offset),
        "fd " + fd);
  }

  /** lseek(2); ENXIO (no data, no hole behind the offset) is -1. */
  public static long seek(int fd, long offset, int whence) throws SyscallException {
    long result = Syscalls.call(Sys.LSEEK, fd, offset, whence);
    return result == -6 ? -1 : Syscalls.check("lseek", result, "fd " + fd);
  }

  /** fcntl(2) with a number. */
  public static long fcntl(int fd, int command, long argument) throws SyscallException {
    return Syscalls.check("fcntl", Syscalls.call(Sys.FCNTL, fd, command, argument), "fd " + fd);
  }

  /** Bytes as text for a message; what cannot be printed becomes a question mark. */
  static String text(byte[] path) {
    StringBuilder text = new StringBuilder(path.length);
    for (byte b : path) {
      text.append(b >= 0x20 && b < 0x7f ? (char) b : '?');
    }
    return text.toString();
  }

  /**
   * True when there is something to read, or nothing will ever come, within that time: poll(2). A
   * pidfd is readable when its process has ended.
   */
  public static boolean isReadable(int fd, int millis) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pollfd = arena.allocate(8, 8);
      pollfd.set(NativeBytes.INT, 0, fd);
      pollfd.set(NativeBytes.SHORT, 4, POLLIN);
      long result = Syscalls.call(Sys.POLL, pollfd.address(), 1, millis);
      return result != -Errno.EINTR && Syscalls.check("poll", result, "fd " + fd) > 0;
    }
  }
}
