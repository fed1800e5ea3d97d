package org.ckimg.linux.remote;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;

/**
 * Process 1 of a pid namespace, pid_namespaces(7): without it none can live there. It holds
 * nothing, waits for the end of the program, which is not its child, then for those of orphaned
 * descendants, and ends.
 */
public final class NamespaceInit implements AutoCloseable {
  private static final int SIGKILL = 9;
  private static final int SIGCHLD = 17;
  private static final int SIG_IGN = 1;
  private static final int PR_SET_NAME = 15;
  private static final int POLLIN = 1;
  private static final int MS_NOSUID_NODEV_NOEXEC = 14;
  private static final int MS_REC_PRIVATE = 0x44000;
  private static final int ROOM = 4096;

  /**
   * Position independent, rbx points at a pollfd.
   *
   * <pre>
   * wait: poll(rbx, 1, -1); if (eax &lt;= 0) goto wait
   * reap: wait4(-1, 0, __WALL, 0); if (eax &gt; 0) goto reap
   *       exit_group(0)
   * </pre>
   */
  private static final byte[] CODE =
      HexFormat.of()
          .parseHex(
              "4889dfbe01000000baffffffffb8070000000f0585c07ee8"
                  + "bfffffffff31f6ba000000404531d2b83d0000000f0585c07fe6"
                  + "31ffb8e70000000f05");

  private final RemoteProcess process;
  private final long buffer;
  private final boolean ownProc;
  private boolean released;

  private NamespaceInit(RemoteProcess process) throws IOException {
    this.process = process;
    this.buffer = Ptrace.registers(process.pid()).get(Name.RSP) - ROOM & -64;
    this.ownProc = setUp();
  }

  /**
   * Starts it: the first clone of a stub that has unshared a pid and a mount namespace.
   *
   * @param maker the stub
   * @param syscallAddress of a syscall instruction in it
   */
  public static NamespaceInit start(RemoteProcess maker, long syscallAddress) throws IOException {
    long arguments = Ptrace.registers(maker.pid()).get(Name.RSP) - ROOM & -64;
    maker.poke(
        arguments, CloneArgs.bytes(CloneArgs.CLONE_PTRACE | CloneArgs.CLONE_PARENT, 0, 0, 0));
    int pid = maker.clone(maker.pid(), arguments);
    try {
      return of(new RemoteProcess(pid, syscallAddress));
    } catch (IOException | RuntimeException e) {
      RemoteProcess.end(pid, e);
      throw e;
    }
  }

  private static NamespaceInit of(RemoteProcess process) throws IOException {
    try {
      return new NamespaceInit(process);
    } catch (IOException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** Away from the caller's session, directory and descriptors, with a /proc of its own. */
  private boolean setUp() throws IOException {
    int pid = process.pid();
    process.check("setsid", pid, Sys.SETSID);
    process.check("chdir", pid, Sys.CHDIR, put("/"));
    process.check("close_range", pid, Sys.CLOSE_RANGE, 0, 0xffffffffL, 0);
    process.check("prctl(PR_SET_NAME)", pid, Sys.PRCTL, PR_SET_NAME, put("ckimg-init"));
    byte[] ignore = new byte[32];
    ignore[0] = SIG_IGN;
    process.poke(buffer, ignore);
    process.check("rt_sigaction", pid, Sys.RT_SIGACTION, SIGCHLD, buffer, 0, 8);
    process.check("mount", pid, Sys.MOUNT, 0, put("/"), 0, MS_REC_PRIVATE, 0);
    process.poke(buffer, "proc\0/proc\0".getBytes(StandardCharsets.US_ASCII));
    long mounted =
        process.call(pid, Sys.MOUNT, buffer, buffer + 5, buffer, MS_NOSUID_NODEV_NOEXEC, 0);
    if (mounted < 0 && mounted != -Errno.EPERM) {
      Syscalls.check("mount", mounted, "/proc of a pid namespace");
    }
    return mounted == 0;
  }

  private long put(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    process.poke(buffer, Arrays.copyOf(bytes, bytes.length + 1));
    return buffer;
  }

  /** False where something is mounted over a part of /proc: the outer one is seen then. */
  public boolean hasOwnProc() {
    return ownProc;
  }

  /**
   * From now on it lives as long as the program.
   *
   * @param innerPid of the program, in the namespace
   */
  public void watch(int innerPid) throws IOException {
    int pid = process.pid();
    long fd = process.check("pidfd_open", pid, Sys.PIDFD_OPEN, innerPid, 0);
    ByteBuffer pollfd = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    process.poke(buffer, pollfd.putInt((int) fd).putShort((short) POLLIN).array());
    long code = Stub.CODE_ADDRESS;
    process.poke(code, CODE);
    Registers start =
        Ptrace.registers(pid).with(Name.RIP, code).with(Name.RBX, buffer).with(Name.ORIG_RAX, -1);
    Ptrace.setRegisters(pid, start);
  }

  /** Lets it run by itself. */
  public void release() throws IOException {
    released = true;
    Ptrace.setOptions(process.pid(), 0);
    Ptrace.detach(process.pid());
  }

  /** Unless it was released, ends it and with it everything in its namespace. */
  public void end() throws IOException {
    if (!released) {
      released = true;
      ProcessCalls.kill(process.pid(), SIGKILL);
      Ptrace.awaitEnd(process.pid());
    }
  }

  /** Closes the tool's side; process 1 stays as it is. */
  @Override
  public void close() {
    process.close();
  }
}
