package org.ckimg.linux.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * syscall(2): the one door to the kernel. All calls share one shape, because linking a handle costs
 * more than a hundred milliseconds and every further shape costs again.
 */
public final class Syscalls {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL = link("syscall");

  /**
   * One errno slot for each thread: a shared one would race, one for each call would be garbage.
   */
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private Syscalls() {}

  /** A function of the C library, in the one shape: seven words in, one out. */
  static MethodHandle link(String function) {
    return link(LINKER.defaultLookup().find(function).orElseThrow());
  }

  /** The function at an address, in the same shape. */
  static MethodHandle link(MemorySegment function) {
    return LINKER.downcallHandle(
        function,
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG),
        Linker.Option.captureCallState("errno"));
  }

  /** The calling thread's errno slot, which a linked function takes first. */
  static MemorySegment captured() {
    return CAPTURED.get();
  }

  /**
   * Makes a system call.
   *
   * @param number of the call, see {@link Sys}
   * @return the result, or -errno
   */
  public static long call(long number, long a, long b, long c, long d, long e, long f) {
    MemorySegment captured = CAPTURED.get();
    try {
      long result = (long) SYSCALL.invokeExact(captured, number, a, b, c, d, e, f);
      return result == -1 ? -(int) ERRNO.get(captured, 0L) : result;
    } catch (Throwable t) {
      throw new AssertionError("syscall " + number, t);
    }
  }

  /** A call without arguments. */
  public static long call(long number) {
    return call(number, 0, 0, 0, 0, 0, 0);
  }

  /** A call with one argument. */
  public static long call(long number, long a) {
    return call(number, a, 0, 0, 0, 0, 0);
  }

  /** A call with two arguments. */
  public static long call(long number, long a, long b) {
    return call(number, a, b, 0, 0, 0, 0);
  }

  /** A call with three arguments. */
  public static long call(long number, long a, long b, long c) {
    return call(number, a, b, c, 0, 0, 0);
  }

  /** A call with four arguments. */
  public static long call(long number, long a, long b, long c, long d) {
    return call(number, a, b, c, d, 0, 0);
  }

  /** A call with five arguments. */
  public static long call(long number, long a, long b, long c, long d, long e) {
    return call(number, a, b, c, d, e, 0);
  }

  /**
   * The result of a call that must not fail.
   *
   * @param name of the call, as in its man page
   * @param result what {@code call} returned
   * @param detail what it was about, such as "pid 12"
   * @throws SyscallException when the result is -errno
   */
  public static long check(String name, long result, String detail) throws SyscallException {
    if (result < 0 && result >= -Errno.MAX) {
      throw new SyscallException(name, (int) -result, detail);
    }
    return result;
  }
}
