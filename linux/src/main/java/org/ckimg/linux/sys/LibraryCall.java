package org.ckimg.linux.sys;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A function, most often of the C library, that takes words (numbers or addresses) and returns an
 * int. It is called with more arguments than it has: by the calling conventions of Linux it does
 * not see them.
 */
public final class LibraryCall {
  private static final int MOST = 6;

  private final String name;
  private final MethodHandle function;

  private LibraryCall(String name, MethodHandle function) {
    this.name = name;
    this.function = function;
  }

  /** The function with this name. */
  public LibraryCall(String name) {
    this(name, Syscalls.link(name));
  }

  /** Code that keeps the calling conventions, at this address. */
  public static LibraryCall at(String name, MemorySegment code) {
    return new LibraryCall(name, Syscalls.link(code));
  }

  /** Calls it with at most six arguments. */
  public int call(long... arguments) {
    long[] a = java.util.Arrays.copyOf(arguments, MOST);
    try {
      // The upper half of the word is not the function's.
      return (int)
          (long) function.invokeExact(Syscalls.captured(), a[0], a[1], a[2], a[3], a[4], a[5], 0L);
    } catch (Throwable t) {
      throw new AssertionError(name, t);
    }
  }
}
