package org.ckimg.tools.terminal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ckimg.linux.sys.SyscallException;

/**
 * Finds a key among what is typed. It is taken out and asks; twice at once it is the program's, as
 * one. Whether it comes twice is known only when something else was typed, or nothing for a moment.
 */
final class KeyWatch {
  private final Key key;
  private final Typed typed;
  private boolean pending;

  /** Where what is typed goes. */
  interface Typed {
    /** For the program. */
    void pass(MemorySegment bytes) throws SyscallException;

    /** The key. */
    void ask();
  }

  KeyWatch(Key key, Typed typed) {
    this.key = key;
    this.typed = typed;
  }

  /** True when the key was the last that was typed. */
  boolean isPending() {
    return pending;
  }

  /** Nothing was typed for a moment. */
  void expire() {
    pending = false;
    typed.ask();
  }

  /** This was typed. */
  void type(MemorySegment bytes) throws SyscallException {
    long start = 0;
    for (long i = 0; i < bytes.byteSize(); i++) {
      boolean isKey = bytes.get(ValueLayout.JAVA_BYTE, i) == key.code();
      if (isKey && !pending) {
        pass(bytes, start, i);
        start = i + 1;
        pending = true;
      } else if (pending) {
        pending = false;
        if (!isKey) {
          typed.ask();
        }
      }
    }
    pass(bytes, start, bytes.byteSize());
  }

  private void pass(MemorySegment bytes, long start, long end) throws SyscallException {
    if (end > start) {
      typed.pass(bytes.asSlice(start, end - start));
    }
  }
}
