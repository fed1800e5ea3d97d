package org.ckimg.linux.remote;

import java.io.IOException;
import java.util.List;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.sys.SyscallException;

/**
 * Where a target has the instructions {@code mov $15, %eax; syscall}: rt_sigreturn(2). The C
 * library has them as the return from a signal handler. A thread that is sent there with a {@link
 * SignalFrame} under its stack pointer goes back to where it was, also when nobody traces it.
 */
final class Gadget {
  private static final byte[] WIDE = {0x48, (byte) 0xc7, (byte) 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
  private static final byte[] NARROW = {(byte) 0xb8, 0x0f, 0, 0, 0, 0x0f, 0x05};
  private static final int CHUNK = 1 << 20;

  /** Not writable: what a dead tool left has these bytes too, and is to be unmapped. */
  private static final int READ_EXECUTE = 5;

  private Gadget() {}

  static long find(int pid, List<Mapping> mappings) throws IOException {
    for (Mapping mapping : mappings) {
      if (mapping.protection() == READ_EXECUTE && !mapping.pathText().equals("[vsyscall]")) {
        long found = find(pid, mapping.start(), mapping.end());
        if (found != 0) {
          return found;
        }
      }
    }
    throw new NoGadgetException(pid, "no signal return code to inject calls through");
  }

  private static long find(int pid, long start, long end) {
    for (long at = start; at < end; at += CHUNK) {
      // The overlap finds what lies across two chunks.
      int length = (int) Math.min(CHUNK + WIDE.length, end - at);
      try {
        byte[] code = TargetMemory.read(pid, at, length);
        int index = Math.max(indexOf(code, WIDE), indexOf(code, NARROW));
        if (index >= 0) {
          return at + index;
        }
      } catch (SyscallException e) {
        // A page of a truncated file cannot be read; go on behind it.
        continue;
      }
    }
    return 0;
  }

  private static int indexOf(byte[] code, byte[] wanted) {
    for (int i = 0; i + wanted.length <= code.length; i++) {
      int j = 0;
      while (j < wanted.length && code[i + j] == wanted[j]) {
        j++;
      }
      if (j == wanted.length) {
        return i;
      }
    }
    return -1;
  }
}
