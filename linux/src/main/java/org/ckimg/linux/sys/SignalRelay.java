package org.ckimg.linux.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * Signals to this process as numbers that a thread can wait for: a handler writes each into a pipe,
 * signal-safety(7). The virtual machine has no supported way to hear of most signals, and ends at
 * those that it hears of.
 */
public final class SignalRelay {
  private static final int PIPE_BYTES = 4096;
  private static final int F_SETFL = 4;
  private static final int SIGCHLD = 17;
  private static final long SA_RESTART = 0x10000000;

  private static final int DESCRIPTOR_OFFSET = 10;
  private static final int RESTORER_OFFSET = 23;

  /**
   * What a signal runs. No register but rip and rsp has to be kept: rt_sigreturn(2) loads all.
   *
   * <pre>
   * handler:  push rdi; write(DESCRIPTOR, rsp, 1); pop rdi; ret
   * restorer: rt_sigreturn()
   * </pre>
   */
  private static final byte[] CODE =
      HexFormat.of()
          .parseHex(
              "57"
                  + "4889e6"
                  + "ba01000000"
                  + "bf00000000"
                  + "b801000000"
                  + "0f05"
                  + "5f"
                  + "c3"
                  + "b80f000000"
                  + "0f05");

  private final PipeCalls.Ends pipe;

  private SignalRelay(PipeCalls.Ends pipe) {
    this.pipe = pipe;
  }

  /**
   * Takes signals over until the process ends; one that is ignored stays ignored, as nohup(1) wants
   * it, but for SIGCHLD: nobody could wait for a child.
   */
  public static SignalRelay of(int... signals) throws SyscallException {
    PipeCalls.Ends pipe = PipeCalls.make(PIPE_BYTES);
    FileCalls.fcntl(pipe.reader(), F_SETFL, 0);
    byte[] code = CODE.clone();
    ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).putInt(DESCRIPTOR_OFFSET, pipe.writer());
    CodePage page = CodePage.of(code);
    for (int signal : signals) {
      if (signal == SIGCHLD || !SignalCalls.isIgnored(signal)) {
        SignalCalls.handle(signal, page.at(0), page.at(RESTORER_OFFSET), SA_RESTART);
      }
    }
    return new SignalRelay(pipe);
  }

  /** Waits for the next signal. */
  public int next() throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment signal = arena.allocate(1);
      FileCalls.read(pipe.reader(), signal);
      return signal.get(ValueLayout.JAVA_BYTE, 0);
    }
  }
}
