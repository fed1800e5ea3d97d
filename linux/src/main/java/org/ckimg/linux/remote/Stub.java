package org.ckimg.linux.remote;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Stop;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * A process with nothing in it: one page of code that pauses for ever. A program is restored from
 * its clone, and a dump is rehearsed on it.
 */
public final class Stub implements AutoCloseable {
  private static final int SIGKILL = 9;
  private static final int MFD_CLOEXEC_EXEC = 0x11;
  private static final long LOAD_ADDRESS = 0x10000;
  private static final int CODE_OFFSET = 0x78;

  /** Where the code lies. */
  static final long CODE_ADDRESS = LOAD_ADDRESS + CODE_OFFSET;

  /** mov $34 (pause), %eax; syscall; jmp back; mov $15 (rt_sigreturn), %eax; syscall. */
  private static final byte[] CODE = {
    (byte) 0xb8,
    34,
    0,
    0,
    0,
    0x0f,
    0x05,
    (byte) 0xeb,
    (byte) 0xf7,
    (byte) 0xb8,
    15,
    0,
    0,
    0,
    0x0f,
    0x05
  };

  private static final int SYSCALL_OFFSET = 5;

  private final int pid;
  private boolean ended;

  private Stub(int pid) {
    this.pid = pid;
  }

  /**
   * Starts a stub in the caller's session and process group and stops it, all signals blocked. It
   * dies with the tracing thread.
   *
   * @param keep descriptors that it inherits, under the same numbers
   */
  public static Stub spawn(List<Integer> keep) throws IOException {
    Stub stub = start(keep.stream().collect(Collectors.toMap(fd -> fd, fd -> fd)));
    try {
      stub.seize();
      return stub;
    } catch (IOException | RuntimeException e) {
      stub.close();
      throw e;
    }
  }

  /** Starts a stub that nobody traces and that holds nothing of the caller's. */
  public static Stub start() throws IOException {
    int nothing = FileCalls.open("/dev/null", FileCalls.O_RDWR | FileCalls.O_CLOEXEC);
    try {
      return start(Map.of(0, nothing, 1, nothing, 2, nothing));
    } finally {
      FileCalls.close(nothing);
    }
  }

  /**
   * Starts sleep(1) in place of a stub: nobody traces it, and it holds nothing of the caller's. It
   * has what programs have, such as mapped files and libraries.
   *
   * @throws SyscallException when there is no such program
   */
  public static Stub startSleep() throws IOException {
    int nothing = FileCalls.open("/dev/null", FileCalls.O_RDWR | FileCalls.O_CLOEXEC);
    try {
      Map<Integer, Integer> descriptors = Map.of(0, nothing, 1, nothing, 2, nothing);
      return new Stub(Spawn.start("/bin/sleep", List.of("sleep", "60"), descriptors));
    } finally {
      FileCalls.close(nothing);
    }
  }

  private static Stub start(Map<Integer, Integer> descriptors) throws IOException {
    int file = program();
    try {
      // Through our pid and not /proc/self, which would be the child's.
      String path = "/proc/" + ProcessHandle.current().pid() + "/fd/" + file;
      return new Stub(Spawn.start(path, List.of("ckimg-stub"), descriptors));
    } finally {
      FileCalls.close(file);
    }
  }

  private void seize() throws IOException {
    Ptrace.seize(pid, Ptrace.O_EXITKILL | Ptrace.O_TRACESYSGOOD);
    Ptrace.interrupt(pid);
    Stop stop = Patience.await(pid);
    if (!stop.isEventStop()) {
      throw new IOException("the stub did not stop: " + stop);
    }
    Ptrace.setSignalMask(pid, -1);
  }

  private static int program() throws SyscallException {
    byte[] elf = elf();
    try (Arena arena = Arena.ofConfined()) {
      var name =
          NativeBytes.cString(
              arena, "ckimg-stub".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      int fd =
          (int)
              Syscalls.check(
                  "memfd_create",
                  Syscalls.call(Sys.MEMFD_CREATE, name.address(), MFD_CLOEXEC_EXEC),
                  "stub");
      FileCalls.pwrite(fd, NativeBytes.copyOf(arena, elf), 0);
      return fd;
    }
  }

  /** A static executable of one segment, elf(5). */
  private static byte[] elf() {
    int length = CODE_OFFSET + CODE.length;
    ByteBuffer elf = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    elf.putShort((short) 2).putShort((short) 62).putInt(1);
    elf.putLong(LOAD_ADDRESS + CODE_OFFSET).putLong(64).putLong(0).putInt(0);
    elf.putShort((short) 64).putShort((short) 56).putShort((short) 1);
    elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    elf.putInt(1).putInt(5).putLong(0).putLong(LOAD_ADDRESS).putLong(LOAD_ADDRESS);
    elf.putLong(length).putLong(length).putLong(4096);
    elf.put(CODE);
    return elf.array();
  }

  /** Process id. */
  public int pid() {
    return pid;
  }

  /** Address of a syscall instruction. */
  public long syscallAddress() {
    return CODE_ADDRESS + SYSCALL_OFFSET;
  }

  /** Kills the stub and waits for it. */
  @Override
  public void close() throws IOException {
    if (ended) {
      return;
    }
    ended = true;
    ProcessCalls.kill(pid, SIGKILL);
    Ptrace.awaitEnd(pid);
  }
}
