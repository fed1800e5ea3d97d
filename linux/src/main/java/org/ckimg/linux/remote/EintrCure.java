package org.ckimg.linux.remote;

import java.util.Set;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.Sys;

/**
 * Undoes the one trace that a stop leaves: PTRACE_INTERRUPT makes a few calls return EINTR although
 * no handler runs (signal(7), "Interruption of system calls"). With ERESTARTNOHAND in its place the
 * kernel restarts the call, or still gives EINTR when a handler really runs.
 *
 * <p>Calls on sockets are among them as soon as the socket has a time-out, SO_RCVTIMEO or
 * SO_SNDTIMEO of socket(7): {@code sock_intr_errno} of include/net/sock.h. All of them have done
 * nothing when they return EINTR, or would have returned what they have done. A connect(2) that is
 * made again waits for the connection that was begun; only when its time is over then, it says
 * EALREADY in place of EINPROGRESS.
 */
final class EintrCure {
  static final long ERESTARTSYS = -512;
  static final long ERESTARTNOINTR = -513;
  static final long ERESTARTNOHAND = -514;
  static final long ERESTART_RESTARTBLOCK = -516;

  private static final Set<Long> NEVER_RESTARTED =
      Set.of(
          (long) Sys.EPOLL_WAIT,
          (long) Sys.EPOLL_PWAIT,
          (long) Sys.EPOLL_PWAIT2,
          (long) Sys.RT_SIGTIMEDWAIT,
          (long) Sys.SEMTIMEDOP,
          (long) Sys.SEMOP,
          (long) Sys.IO_GETEVENTS,
          (long) Sys.IO_URING_ENTER,
          (long) Sys.READ,
          (long) Sys.READV,
          (long) Sys.RECVFROM,
          (long) Sys.RECVMSG,
          (long) Sys.RECVMMSG,
          (long) Sys.ACCEPT,
          (long) Sys.ACCEPT4,
          (long) Sys.CONNECT,
          (long) Sys.WRITE,
          (long) Sys.WRITEV,
          (long) Sys.SENDTO,
          (long) Sys.SENDMSG,
          (long) Sys.SENDMMSG);

  private EintrCure() {}

  static Registers cure(Registers registers) {
    boolean interrupted =
        registers.inSyscall()
            && registers.get(Name.RAX) == -Errno.EINTR
            && NEVER_RESTARTED.contains(registers.get(Name.ORIG_RAX));
    return interrupted ? registers.with(Name.RAX, ERESTARTNOHAND) : registers;
  }

  /** True when the kernel would make the interrupted call again. */
  static boolean restarts(Registers registers) {
    long result = registers.get(Name.RAX);
    return registers.inSyscall()
        && (result == ERESTARTSYS
            || result == ERESTARTNOINTR
            || result == ERESTARTNOHAND
            || result == ERESTART_RESTARTBLOCK);
  }
}
