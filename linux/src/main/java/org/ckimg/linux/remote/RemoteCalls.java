package org.ckimg.linux.remote;

import java.util.ArrayList;
import java.util.List;

/** System calls that a thread of another process is to make, one after the other. */
public final class RemoteCalls {
  /** In an argument list: the address of the call's output buffer in the target. */
  public static final long OUT = 0x6f75745f6275664cL;

  private final List<Call> calls = new ArrayList<>();

  /** No call yet. */
  public RemoteCalls() {}

  /** Adds a call; its index is returned. */
  public int add(int number, long... arguments) {
    return addOut(0, number, arguments);
  }

  /** Adds a call with an output buffer of {@code outBytes}, zeroed before. */
  public int addOut(int outBytes, int number, long... arguments) {
    calls.add(new Call(number, arguments.clone(), outBytes));
    return calls.size() - 1;
  }

  /** Result of a call that was made: value or -errno. */
  public long result(int index) {
    return calls.get(index).result;
  }

  /** What the call wrote into its output buffer. */
  public byte[] out(int index) {
    return calls.get(index).out.clone();
  }

  /** Number of calls. */
  public int size() {
    return calls.size();
  }

  Call get(int index) {
    return calls.get(index);
  }

  /** One call, its result filled in when it was made. */
  static final class Call {
    private final int number;
    private final long[] arguments;
    private final byte[] out;
    private long result;

    Call(int number, long[] arguments, int outBytes) {
      this.number = number;
      this.arguments = arguments;
      this.out = new byte[outBytes];
    }

    int number() {
      return number;
    }

    /** Size of the buffer in the target, a multiple of 8. */
    int outBytes() {
      return out.length + 7 & -8;
    }

    long argument(int index, long outAddress) {
      long value = index < arguments.length ? arguments[index] : 0;
      return value == OUT ? outAddress : value;
    }

    void done(long value, byte[] memory, int offset) {
      result = value;
      System.arraycopy(memory, offset, out, 0, out.length);
    }
  }
}
