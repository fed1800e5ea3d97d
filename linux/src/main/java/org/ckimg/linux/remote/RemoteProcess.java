package org.ckimg.linux.remote;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.linux.ptrace.Stop;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * A process that is being built: all its threads are traced, stopped and have all signals blocked,
 * and it dies with its tracer. Calls may change it.
 *
 * <p>A call is made from its entry to its exit and never by a single step: the trap of a step is a
 * signal, which lets blocked signals of faults through, and takes the handler of SIGTRAP away.
 */
public final class RemoteProcess implements AutoCloseable {
  private static final long TRAP_FLAG = 0x100;
  private static final int SIGKILL = 9;
  private static final int SI_CODE = 8;
  private static final int SI_ADDRESS = 16;

  private final int pid;
  private final Registers base;
  private final int memory;
  private long syscallAddress;

  /**
   * A process to make calls in.
   *
   * @param pid stopped and traced by this thread
   * @param syscallAddress address of a syscall instruction in it
   */
  public RemoteProcess(int pid, long syscallAddress) throws IOException {
    this.pid = pid;
    this.base = Ptrace.registers(pid);
    this.syscallAddress = syscallAddress;
    this.memory = FileCalls.open("/proc/" + pid + "/mem", FileCalls.O_RDWR | FileCalls.O_CLOEXEC);
  }

  /** Process id. */
  public int pid() {
    return pid;
  }

  /** From now on calls are made with the syscall instruction at this address. */
  public void useSyscallAt(long address) {
    syscallAddress = address;
  }

  /** Makes a call in a thread: value or -errno. */
  public long call(int tid, int number, long... arguments) throws IOException {
    Ptrace.setRegisters(tid, callRegisters(number, arguments));
    run(tid);
    return Ptrace.registers(tid).get(Name.RAX);
  }

  /**
   * Makes a call that must not fail.
   *
   * @param name of the call, as in its man page
   * @throws SyscallException when it fails
   */
  public long check(String name, int tid, int number, long... arguments) throws IOException {
    return Syscalls.check(name, call(tid, number, arguments), "restored process " + tid);
  }

  /**
   * Clones: clone3(2) with {@link CloneArgs} at {@code arguments}, CLONE_PTRACE among its flags.
   *
   * @return tid of the new task in the tracer's pid namespace; it is stopped
   */
  public int clone(int tid, long arguments) throws IOException {
    // A clone that sends SIGCHLD at its end counts as a fork, ptrace(2).
    Ptrace.setOptions(
        tid, Ptrace.O_EXITKILL | Ptrace.O_TRACESYSGOOD | Ptrace.O_TRACECLONE | Ptrace.O_TRACEFORK);
    Ptrace.setRegisters(tid, callRegisters(Sys.CLONE3, new long[] {arguments, CloneArgs.BYTES}));
    Optional<Integer> child = run(tid);
    long result = Ptrace.registers(tid).get(Name.RAX);
    Syscalls.check("clone3", result, "restored process " + tid);
    int task = child.orElse((int) result);
    try {
      awaitFirstStop(task);
    } catch (IOException | RuntimeException e) {
      end(task, e);
      throw e;
    }
    return task;
  }

  private static void awaitFirstStop(int task) throws IOException {
    Stop stop = Patience.await(task);
    if (!stop.isEventStop()) {
      throw new IOException("the new task " + task + " did not stop: " + stop);
    }
  }

  /** Kills a traced task and waits for it, because of {@code cause}, which is told what fails. */
  static void end(int task, Exception cause) {
    try {
      ProcessCalls.kill(task, SIGKILL);
      Ptrace.awaitEnd(task);
    } catch (SyscallException e) {
      cause.addSuppressed(e);
    }
  }

  /** Ends the process by exit_group(2) and waits for that; its parent still has to. */
  public void exit(int code) throws IOException {
    Ptrace.setRegisters(pid, callRegisters(Sys.EXIT_GROUP, new long[] {code}));
    Ptrace.resume(pid, 0);
    Ptrace.awaitEnd(pid);
  }

  /** Ends the process by a signal whose default action that is, and waits. */
  public void die(int signal) throws IOException {
    Ptrace.setSignalMask(pid, ~(1L << signal - 1));
    ProcessCalls.kill(pid, signal);
    Ptrace.resume(pid, 0);
    Stop stop = Patience.await(pid);
    if (stop.stopped()) {
      Ptrace.resume(pid, stop.signal());
      Ptrace.awaitEnd(pid);
    }
  }

  private Registers callRegisters(int number, long[] arguments) {
    return base.withCall(number, arguments)
        .with(Name.RIP, syscallAddress)
        .with(Name.EFLAGS, base.get(Name.EFLAGS) & ~TRAP_FLAG);
  }

  /**
   * Goes on to the next stop, the entry to or the exit from a system call most often.
   *
   * @throws TargetBusyException when it does not get there
   */
  public static Stop toSyscall(int tid) throws IOException {
    Ptrace.resumeToSyscall(tid);
    return Patience.await(tid);
  }

  /** Into the call and out of it; a task that it cloned is returned. */
  private Optional<Integer> run(int tid) throws IOException {
    Optional<Integer> cloned = Optional.empty();
    boolean entered = false;
    try {
      while (true) {
        Stop stop = toSyscall(tid);
        if (stop.atSyscall() && entered) {
          return cloned;
        }
        if (stop.atSyscall()) {
          entered = true;
        } else if (stop.isClone()) {
          cloned = Optional.of((int) Ptrace.eventMessage(tid));
        } else {
          throw cutOff(tid, stop);
        }
      }
    } catch (IOException | RuntimeException e) {
      if (cloned.isPresent()) {
        end(cloned.get(), e);
      }
      throw e;
    }
  }

  private static IOException cutOff(int tid, Stop stop) {
    return new IOException(
        "a call in the restored process %d was cut off: %s%s".formatted(tid, stop, place(tid)));
  }

  /** Where a stopped thread is, and the fault that stopped it; empty when it has ended. */
  private static String place(int tid) {
    try {
      byte[] info = Ptrace.signalInfo(tid);
      ByteBuffer fields = ByteBuffer.wrap(info).order(ByteOrder.LITTLE_ENDIAN);
      return " at 0x%x, rax 0x%x, code %d, address 0x%x"
          .formatted(
              Ptrace.registers(tid).get(Name.RIP),
              Ptrace.registers(tid).get(Name.RAX),
              fields.getInt(SI_CODE),
              fields.getLong(SI_ADDRESS));
    } catch (SyscallException e) {
      return "";
    }
  }

  /** Reads memory whatever its protection. */
  public byte[] peek(long address, int length) throws IOException {
    try (var arena = java.lang.foreign.Arena.ofConfined()) {
      MemorySegment into = arena.allocate(length, 8);
      long done = 0;
      while (done < length) {
        long n = FileCalls.pread(memory, into.asSlice(done), address + done);
        if (n == 0) {
          throw new IOException("end of memory of process " + pid);
        }
        done += n;
      }
      return org.ckimg.linux.sys.NativeBytes.bytes(into, length);
    }
  }

  /** Writes memory whatever its protection. */
  public void poke(long address, byte[] bytes) throws IOException {
    try (var arena = java.lang.foreign.Arena.ofConfined()) {
      write(address, org.ckimg.linux.sys.NativeBytes.copyOf(arena, bytes).asSlice(0, bytes.length));
    }
  }

  /** Writes memory whatever its protection: /proc/PID/mem forces its way, proc_pid_mem(5). */
  public void write(long address, MemorySegment from) throws IOException {
    long done = 0;
    while (done < from.byteSize()) {
      done += FileCalls.pwrite(memory, from.asSlice(done), address + done);
    }
  }

  /** Closes the tool's side; the process stays as it is. */
  @Override
  public void close() {
    FileCalls.close(memory);
  }
}
