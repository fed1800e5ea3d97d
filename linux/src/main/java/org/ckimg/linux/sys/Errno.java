package org.ckimg.linux.sys;

import java.util.Map;

/** Error numbers, {@code asm-generic/errno.h}. */
public final class Errno {
  /** Largest error number that a system call returns, negated. */
  public static final int MAX = 4095;

  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int EBADF = 9;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EFAULT = 14;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int EXDEV = 18;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int ENOTTY = 25;
  public static final int ENOSPC = 28;
  public static final int ESPIPE = 29;
  public static final int EROFS = 30;
  public static final int ENOSYS = 38;
  public static final int ELOOP = 40;
  public static final int EOVERFLOW = 75;
  public static final int EPROTOTYPE = 91;
  public static final int ENOPROTOOPT = 92;
  public static final int EOPNOTSUPP = 95;
  public static final int EADDRINUSE = 98;
  public static final int EADDRNOTAVAIL = 99;
  public static final int ECONNRESET = 104;
  public static final int ENOTCONN = 107;
  public static final int ETIMEDOUT = 110;
  public static final int ECONNREFUSED = 111;
  public static final int EINPROGRESS = 115;
  public static final int EDQUOT = 122;

  private static final Map<Integer, String[]> KNOWN =
      Map.ofEntries(
          Map.entry(1, new String[] {"EPERM", "operation not permitted"}),
          Map.entry(2, new String[] {"ENOENT", "no such file or directory"}),
          Map.entry(3, new String[] {"ESRCH", "no such process"}),
          Map.entry(4, new String[] {"EINTR", "interrupted system call"}),
          Map.entry(5, new String[] {"EIO", "input/output error"}),
          Map.entry(6, new String[] {"ENXIO", "no such device or address"}),
          Map.entry(7, new String[] {"E2BIG", "argument list too long"}),
          Map.entry(8, new String[] {"ENOEXEC", "exec format error"}),
          Map.entry(9, new String[] {"EBADF", "bad file descriptor"}),
          Map.entry(10, new String[] {"ECHILD", "no child processes"}),
          Map.entry(11, new String[] {"EAGAIN", "resource temporarily unavailable"}),
          Map.entry(12, new String[] {"ENOMEM", "cannot allocate memory"}),
          Map.entry(13, new String[] {"EACCES", "permission denied"}),
          Map.entry(14, new String[] {"EFAULT", "bad address"}),
          Map.entry(15, new String[] {"ENOTBLK", "block device required"}),
          Map.entry(16, new String[] {"EBUSY", "device or resource busy"}),
          Map.entry(17, new String[] {"EEXIST", "file exists"}),
          Map.entry(18, new String[] {"EXDEV", "invalid cross-device link"}),
          Map.entry(19, new String[] {"ENODEV", "no such device"}),
          Map.entry(20, new String[] {"ENOTDIR", "not a directory"}),
          Map.entry(21, new String[] {"EISDIR", "is a directory"}),
          Map.entry(22, new String[] {"EINVAL", "invalid argument"}),
          Map.entry(23, new String[] {"ENFILE", "too many open files in system"}),
          Map.entry(24, new String[] {"EMFILE", "too many open files"}),
          Map.entry(25, new String[] {"ENOTTY", "inappropriate ioctl for device"}),
          Map.entry(26, new String[] {"ETXTBSY", "text file busy"}),
          Map.entry(27, new String[] {"EFBIG", "file too large"}),
          Map.entry(28, new String[] {"ENOSPC", "no space left on device"}),
          Map.entry(29, new String[] {"ESPIPE", "illegal seek"}),
          Map.entry(30, new String[] {"EROFS", "read-only file system"}),
          Map.entry(31, new String[] {"EMLINK", "too many links"}),
          Map.entry(32, new String[] {"EPIPE", "broken pipe"}),
          Map.entry(33, new String[] {"EDOM", "numerical argument out of domain"}),
          Map.entry(34, new String[] {"ERANGE", "numerical result out of range"}),
          Map.entry(35, new String[] {"EDEADLOCK", "resource deadlock avoided"}),
          Map.entry(36, new String[] {"ENAMETOOLONG", "file name too long"}),
          Map.entry(37, new String[] {"ENOLCK", "no locks available"}),
          Map.entry(38, new String[] {"ENOSYS", "function not implemented"}),
          Map.entry(39, new String[] {"ENOTEMPTY", "directory not empty"}),
          Map.entry(40, new String[] {"ELOOP", "too many levels of symbolic links"}),
          Map.entry(42, new String[] {"ENOMSG", "no message of desired type"}),
          Map.entry(43, new String[] {"EIDRM", "identifier removed"}),
          Map.entry(44, new String[] {"ECHRNG", "channel number out of range"}),
          Map.entry(45, new String[] {"EL2NSYNC", "level 2 not synchronized"}),
          Map.entry(46, new String[] {"EL3HLT", "level 3 halted"}),
          Map.entry(47, new String[] {"EL3RST", "level 3 reset"}),
          Map.entry(48, new String[] {"ELNRNG", "link number out of range"}),
          Map.entry(49, new String[] {"EUNATCH", "protocol driver not attached"}),
          Map.entry(50, new String[] {"ENOCSI", "no csi structure available"}),
          Map.entry(51, new String[] {"EL2HLT", "level 2 halted"}),
          Map.entry(52, new String[] {"EBADE", "invalid exchange"}),
          Map.entry(53, new String[] {"EBADR", "invalid request descriptor"}),
          Map.entry(54, new String[] {"EXFULL", "exchange full"}),
          Map.entry(55, new String[] {"ENOANO", "no anode"}),
          Map.entry(56, new String[] {"EBADRQC", "invalid request code"}),
          Map.entry(57, new String[] {"EBADSLT", "invalid slot"}),
          Map.entry(59, new String[] {"EBFONT", "bad font file format"}),
          Map.entry(60, new String[] {"ENOSTR", "device not a stream"}),
          Map.entry(61, new String[] {"ENODATA", "no data available"}),
          Map.entry(62, new String[] {"ETIME", "timer expired"}),
          Map.entry(63, new String[] {"ENOSR", "out of streams resources"}),
          Map.entry(64, new String[] {"ENONET", "machine is not on the network"}),
          Map.entry(65, new String[] {"ENOPKG", "package not installed"}),
          Map.entry(66, new String[] {"EREMOTE", "object is remote"}),
          Map.entry(67, new String[] {"ENOLINK", "link has been severed"}),
          Map.entry(68, new String[] {"EADV", "advertise error"}),
          Map.entry(69, new String[] {"ESRMNT", "srmount error"}),
          Map.entry(70, new String[] {"ECOMM", "communication error on send"}),
          Map.entry(71, new String[] {"EPROTO", "protocol error"}),
          Map.entry(72, new String[] {"EMULTIHOP", "multihop attempted"}),
          Map.entry(73, new String[] {"EDOTDOT", "rfs specific error"}),
          Map.entry(74, new String[] {"EBADMSG", "bad message"}),
          Map.entry(75, new String[] {"EOVERFLOW", "value too large for defined data type"}),
          Map.entry(76, new String[] {"ENOTUNIQ", "name not unique on network"}),
          Map.entry(77, new String[] {"EBADFD", "file descriptor in bad state"}),
          Map.entry(78, new String[] {"EREMCHG", "remote address changed"}),
          Map.entry(79, new String[] {"ELIBACC", "can not access a needed shared library"}),
          Map.entry(80, new String[] {"ELIBBAD", "accessing a corrupted shared library"}),
          Map.entry(81, new String[] {"ELIBSCN", ".lib section in a.out corrupted"}),
          Map.entry(
              82, new String[] {"ELIBMAX", "attempting to link in too many shared libraries"}),
          Map.entry(83, new String[] {"ELIBEXEC", "cannot exec a shared library directly"}),
          Map.entry(
              84, new String[] {"EILSEQ", "invalid or incomplete multibyte or wide character"}),
          Map.entry(85, new String[] {"ERESTART", "interrupted system call should be restarted"}),
          Map.entry(86, new String[] {"ESTRPIPE", "streams pipe error"}),
          Map.entry(87, new String[] {"EUSERS", "too many users"}),
          Map.entry(88, new String[] {"ENOTSOCK", "socket operation on non-socket"}),
          Map.entry(89, new String[] {"EDESTADDRREQ", "destination address required"}),
          Map.entry(90, new String[] {"EMSGSIZE", "message too long"}),
          Map.entry(91, new String[] {"EPROTOTYPE", "protocol wrong type for socket"}),
          Map.entry(92, new String[] {"ENOPROTOOPT", "protocol not available"}),
          Map.entry(93, new String[] {"EPROTONOSUPPORT", "protocol not supported"}),
          Map.entry(94, new String[] {"ESOCKTNOSUPPORT", "socket type not supported"}),
          Map.entry(95, new String[] {"ENOTSUP", "operation not supported"}),
          Map.entry(96, new String[] {"EPFNOSUPPORT", "protocol family not supported"}),
          Map.entry(97, new String[] {"EAFNOSUPPORT", "address family not supported by protocol"}),
          Map.entry(98, new String[] {"EADDRINUSE", "address already in use"}),
          Map.entry(99, new String[] {"EADDRNOTAVAIL", "cannot assign requested address"}),
          Map.entry(100, new String[] {"ENETDOWN", "network is down"}),
          Map.entry(101, new String[] {"ENETUNREACH", "network is unreachable"}),
          Map.entry(102, new String[] {"ENETRESET", "network dropped connection on reset"}),
          Map.entry(103, new String[] {"ECONNABORTED", "software caused connection abort"}),
          Map.entry(104, new String[] {"ECONNRESET", "connection reset by peer"}),
          Map.entry(105, new String[] {"ENOBUFS", "no buffer space available"}),
          Map.entry(106, new String[] {"EISCONN", "transport endpoint is already connected"}),
          Map.entry(107, new String[] {"ENOTCONN", "transport endpoint is not connected"}),
          Map.entry(
              108, new String[] {"ESHUTDOWN", "cannot send after transport endpoint shutdown"}),
          Map.entry(109, new String[] {"ETOOMANYREFS", "too many references: cannot splice"}),
          Map.entry(110, new String[] {"ETIMEDOUT", "connection timed out"}),
          Map.entry(111, new String[] {"ECONNREFUSED", "connection refused"}),
          Map.entry(112, new String[] {"EHOSTDOWN", "host is down"}),
          Map.entry(113, new String[] {"EHOSTUNREACH", "no route to host"}),
          Map.entry(114, new String[] {"EALREADY", "operation already in progress"}),
          Map.entry(115, new String[] {"EINPROGRESS", "operation now in progress"}),
          Map.entry(116, new String[] {"ESTALE", "stale file handle"}),
          Map.entry(117, new String[] {"EUCLEAN", "structure needs cleaning"}),
          Map.entry(118, new String[] {"ENOTNAM", "not a xenix named type file"}),
          Map.entry(119, new String[] {"ENAVAIL", "no xenix semaphores available"}),
          Map.entry(120, new String[] {"EISNAM", "is a named type file"}),
          Map.entry(121, new String[] {"EREMOTEIO", "remote i/o error"}),
          Map.entry(122, new String[] {"EDQUOT", "disk quota exceeded"}),
          Map.entry(123, new String[] {"ENOMEDIUM", "no medium found"}),
          Map.entry(124, new String[] {"EMEDIUMTYPE", "wrong medium type"}),
          Map.entry(125, new String[] {"ECANCELED", "operation canceled"}),
          Map.entry(126, new String[] {"ENOKEY", "required key not available"}),
          Map.entry(127, new String[] {"EKEYEXPIRED", "key has expired"}),
          Map.entry(128, new String[] {"EKEYREVOKED", "key has been revoked"}),
          Map.entry(129, new String[] {"EKEYREJECTED", "key was rejected by service"}),
          Map.entry(130, new String[] {"EOWNERDEAD", "owner died"}),
          Map.entry(131, new String[] {"ENOTRECOVERABLE", "state not recoverable"}),
          Map.entry(132, new String[] {"ERFKILL", "operation not possible due to rf-kill"}));

  private Errno() {}

  /** The symbol, such as ESRCH. */
  public static String name(int errno) {
    String[] known = KNOWN.get(errno);
    return known == null ? "errno " + errno : known[0];
  }

  /** What it means, in a few words. */
  public static String text(int errno) {
    String[] known = KNOWN.get(errno);
    return known == null ? "unknown error" : known[1];
  }
}
