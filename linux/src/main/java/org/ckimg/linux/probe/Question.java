package org.ckimg.linux.probe;

import java.io.IOException;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.SyscallException;

/**
 * A feature before it was tried.
 *
 * @param cost what cannot be done without it
 * @param remedy what gives it
 */
record Question(String name, Feature.Need need, String cost, String remedy) {
  private static final int SECCOMP_FILTER = 2;

  /** A trial that ends in an exception when the feature is missing. */
  @FunctionalInterface
  interface Trial {
    void run() throws IOException;
  }

  Feature yes() {
    return new Feature(name, need, true, "", "");
  }

  Feature no(String why) {
    return no(why, remedy);
  }

  Feature no(String why, String otherRemedy) {
    return new Feature(name, need, false, why + ": " + cost, otherRemedy);
  }

  /** Available when the trial ends well. */
  Feature tried(Trial trial) {
    try {
      trial.run();
      return yes();
    } catch (SyscallException e) {
      return refused(e.call(), e.errno());
    } catch (IOException e) {
      return no(e.getMessage());
    }
  }

  /**
   * Judges a call.
   *
   * @param result value or -errno
   * @param proof errors that only a kernel with the feature gives
   */
  Feature answered(String call, long result, int... proof) {
    boolean available = result >= 0;
    for (int errno : proof) {
      available |= result == -errno;
    }
    return available ? yes() : refused(call, (int) -result);
  }

  private Feature refused(String call, int errno) {
    String why = call + " gives " + Errno.name(errno) + " (" + Errno.text(errno) + ")";
    boolean perhapsFiltered = errno == Errno.EPERM || errno == Errno.ENOSYS;
    return perhapsFiltered && callerIsFiltered()
        ? no(why, remedy + "; or a seccomp filter of the container that lets the call pass")
        : no(why);
  }

  private static boolean callerIsFiltered() {
    try {
      return Status.read(Self.pid()).seccompMode() == SECCOMP_FILTER;
    } catch (IOException e) {
      return false;
    }
  }
}
