package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.proc.Maps;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.linux.ptrace.Stop;
import org.ckimg.linux.remote.CloneArgs;
import org.ckimg.linux.remote.NamespaceInit;
import org.ckimg.linux.remote.RemoteProcess;
import org.ckimg.linux.remote.Stub;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.restorer.plan.Step;
import org.ckimg.spec.model.Bytes;

/** Creates the process and makes it whom it was. */
final class ProcessSteps {
  private static final long STACK_ROOM = 4096;
  private static final int RLIMIT_CORE = 4;
  private static final int SIGCHLD = 17;
  private static final long SA_NOCLDSTOP = 1;
  private static final long SIG_DFL = 0;
  private static final long SIG_IGN = 1;

  private final Construction construction;

  ProcessSteps(Construction construction) {
    this.construction = construction;
  }

  /** The new process is the tool's child: CLONE_PARENT makes it a sibling of the stub. */
  void create(Step.CreateProcess step) throws IOException {
    try (Stub stub = Stub.spawn(construction.inheritance().numbers());
        RemoteProcess maker = new RemoteProcess(stub.pid(), stub.syscallAddress())) {
      if (step.isolation().needed()) {
        Namespaces.make(maker, step.isolation(), construction.host().caller());
      }
      if (step.isolation().pids()) {
        construction.site().isolate(NamespaceInit.start(maker, stub.syscallAddress()));
      }
      long stack = Ptrace.registers(stub.pid()).get(Name.RSP) - STACK_ROOM & -16;
      maker.poke(
          stack,
          CloneArgs.bytes(
              CloneArgs.CLONE_PTRACE | CloneArgs.CLONE_PARENT,
              0,
              stack + CloneArgs.BYTES,
              step.pid().isPresent() ? 1 : 0));
      maker.poke(stack + CloneArgs.BYTES, littleEndian(step.pid().orElse(0)));
      int pid = maker.clone(stub.pid(), stack);
      construction.begin(pid);
      construction.moveTo(new RemoteProcess(pid, stub.syscallAddress()));
    }
    if (construction.init().isPresent()) {
      settle(construction.init().get(), step);
    }
  }

  private void settle(NamespaceInit init, Step.CreateProcess step) throws IOException {
    init.watch(step.pid().orElseThrow());
    if (!init.hasOwnProc()) {
      construction.note("/proc shows the pids outside: mounting another one is not permitted here");
    }
    if (step.isolation().user()) {
      new Users(construction).keepRightsToBuild(construction.pid());
    }
  }

  /**
   * A child is traced from its first moment, and has what its maker has so far. A sibling has the
   * exit signal of its maker too, clone(2).
   */
  void fork(Step.CreateChild step) throws IOException {
    Construction maker = construction.site().process(step.maker());
    int wanted = construction.image().pid();
    long shared = (step.files() ? CloneArgs.CLONE_FILES : 0) | (step.fs() ? CloneArgs.CLONE_FS : 0);
    int pid =
        step.sibling()
            ? clone(maker, wanted, shared | CloneArgs.CLONE_PARENT, 0)
            : clone(maker, wanted, shared, step.exitSignal());
    construction.begin(pid);
    construction.inherit(new RemoteProcess(pid, maker.workbench().address()), maker);
  }

  private static int clone(Construction maker, int wanted, long flags, int exitSignal)
      throws IOException {
    long tid = maker.workbench().put(CloneArgs.BYTES, littleEndian(wanted));
    long arguments =
        maker.workbench().put(CloneArgs.bytes(CloneArgs.CLONE_PTRACE | flags, exitSignal, tid, 1));
    return maker.remote().clone(maker.pid(), arguments);
  }

  /** Nobody hears of the end of a child without an exit signal, clone(2). */
  void holdGroup(Step.HoldGroup step) throws IOException {
    int pid = clone(construction, step.group(), 0, 0);
    construction.standIns().put(step.group(), pid);
    try (RemoteProcess holder = new RemoteProcess(pid, construction.workbench().address())) {
      holder.check("setpgid", pid, Sys.SETPGID, 0, 0);
    }
  }

  void releaseGroup(Step.ReleaseGroup step) throws IOException {
    int pid = construction.standIns().get(step.group());
    try (RemoteProcess holder = new RemoteProcess(pid, construction.workbench().address())) {
      holder.exit(0);
    }
    construction.check("wait4", "stand-in", Sys.WAIT4, step.group(), 0, ProcessCalls.WALL, 0);
    construction.standIns().remove(step.group());
  }

  void joinGroup(Step.JoinGroup step) throws IOException {
    construction.check("setpgid", "process group " + step.group(), Sys.SETPGID, 0, step.group());
  }

  /**
   * No core is written, neither to a file nor to a program: RLIMIT_CORE 1, core(5). Of one that is
   * not dumpable only root could read the status again. The parent waits for it when it runs.
   */
  void end(Step.EndZombie step) throws IOException {
    if (step.comm().isPresent()) {
      new ThreadSteps(construction).setName(construction.pid(), step.comm().get());
    }
    int signal = step.status() & 0x7f;
    if (signal == 0) {
      construction.remote().exit(step.status() >> 8);
    } else {
      ByteBuffer limit = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
      construction.check(
          "prlimit64",
          "RLIMIT_CORE",
          Sys.PRLIMIT64,
          0,
          RLIMIT_CORE,
          construction.workbench().put(limit.putLong(1).putLong(1).array()),
          0);
      construction.remote().die(signal);
    }
    construction.leave();
  }

  /** A signal that is ignored is no longer pending; what has died waits all the same. */
  void forgetChildren() throws IOException {
    setChildAction(SIG_IGN, 0);
    setChildAction(SIG_DFL, 0);
  }

  void muteStops() throws IOException {
    setChildAction(SIG_DFL, SA_NOCLDSTOP);
  }

  private void setChildAction(long handler, long flags) throws IOException {
    ByteBuffer action = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    construction.check(
        "rt_sigaction",
        "SIGCHLD",
        Sys.RT_SIGACTION,
        SIGCHLD,
        construction.workbench().put(action.putLong(handler).putLong(flags).array()),
        0,
        Long.BYTES);
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  /** The kernel stops the process before the first instruction of what it executes. */
  void becomeExecutable(Step.BecomeExecutable step) throws IOException {
    int pid = construction.pid();
    long buffer = construction.workbench().put(executeArguments());
    Ptrace.setOptions(pid, Ptrace.O_EXITKILL | Ptrace.O_TRACESYSGOOD | Ptrace.O_TRACEEXEC);
    Registers call =
        Ptrace.registers(pid)
            .withCall(
                Sys.EXECVEAT,
                new long[] {
                  construction.inheritance().file(step.file()),
                  buffer,
                  buffer + 8,
                  buffer + 24,
                  FileCalls.AT_EMPTY_PATH
                })
            .with(Name.RIP, construction.workbench().address());
    Ptrace.setRegisters(pid, call);
    RemoteProcess.toSyscall(pid);
    Stop stop = RemoteProcess.toSyscall(pid);
    if (!stop.isExec()) {
      long result = stop.stopped() ? Ptrace.registers(pid).get(Name.RAX) : 0;
      throw new IOException(
          "the executable cannot be executed: %s, result %d".formatted(stop, result));
    }
    // The way out of execve(2) still overwrites rax.
    RemoteProcess.toSyscall(pid);
    Ptrace.setOptions(pid, Ptrace.O_EXITKILL | Ptrace.O_TRACESYSGOOD);
    construction.moveTo(new RemoteProcess(pid, syscallInVdso(pid)));
  }

  /** The empty path, argv of one string, an empty environment. */
  private byte[] executeArguments() throws IOException {
    long buffer = construction.workbench().put(new byte[64]);
    return ByteBuffer.allocate(64)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(0, 0)
        .putLong(8, buffer + 48)
        .putLong(16, 0)
        .putLong(24, 0)
        .put(48, "ckimg".getBytes(StandardCharsets.US_ASCII))
        .array();
  }

  private static long syscallInVdso(int pid) throws IOException {
    for (Mapping mapping : Maps.read(pid)) {
      if (mapping.isNamed("[vdso]")) {
        byte[] code = org.ckimg.linux.proc.VdsoImage.read(pid).pages();
        for (int i = 0; i + 1 < code.length; i++) {
          if (code[i] == 0x0f && code[i + 1] == 0x05) {
            return mapping.start() + i;
          }
        }
      }
    }
    throw new IOException("no system call instruction in the vdso");
  }

  void enterGroup(Step.EnterGroup step) throws IOException {
    if (step.newSession()) {
      construction.check("setsid", "session", Sys.SETSID);
    } else {
      construction.check("setpgid", "process group", Sys.SETPGID, 0, 0);
    }
  }

  /** All its signals are blocked: none stops it for doing this from the background. */
  void setForeground(Step.SetForeground step) throws IOException {
    construction.check(
        "ioctl(TIOCSPGRP)",
        "process group " + step.group(),
        Sys.IOCTL,
        step.ttyNumber().isPresent()
            ? construction.inheritance().ptys().terminal(step.ttyNumber().getAsInt())
            : construction.inheritance().terminal(),
        TerminalCalls.TIOCSPGRP,
        construction.workbench().put(littleEndian(step.group())));
  }

  void changeUser(Step.ChangeUser step) throws IOException {
    new Users(construction).change(construction.pid(), step.credentials());
  }

  /** From here on where a thread works is its own. */
  void leavePlace(Step.LeavePlace step) throws IOException {
    construction.check(
        construction.tid(step.tid()),
        "unshare",
        "working directory of its own",
        Sys.UNSHARE,
        CloneArgs.CLONE_FS);
  }

  /** Where the working directory and the mask of new files are set. */
  void setPlace(Step.SetPlace step) throws IOException {
    int tid = construction.tid(step.tid());
    Bytes path = construction.checkpoint().file(step.cwd()).path();
    construction.check(
        tid, "fchdir", path.toString(), Sys.FCHDIR, construction.inheritance().file(step.cwd()));
    if (construction.init().isPresent()) {
      enterByName(tid, path);
    }
    construction.remote().call(tid, Sys.UMASK, step.umask());
  }

  /**
   * The audited descriptor belongs to the mounts outside, where getcwd(2) finds no way from the
   * root. The name leads to the same directory inside, or the descriptor is what counts.
   */
  private void enterByName(int tid, Bytes path) throws IOException {
    FileCalls.FileStatus audited = directory(tid);
    long result =
        construction
            .remote()
            .call(tid, Sys.CHDIR, construction.workbench().putString(path.toArray()));
    FileCalls.FileStatus named = directory(tid);
    boolean same = named.device() == audited.device() && named.inode() == audited.inode();
    if (result < 0 || !same) {
      throw new IOException("another directory is mounted at " + path);
    }
  }

  /** Threads are found below /proc too, proc(5). */
  private static FileCalls.FileStatus directory(int tid) throws IOException {
    int fd = FileCalls.open("/proc/" + tid + "/cwd", FileCalls.O_PATH | FileCalls.O_CLOEXEC);
    try {
      return FileCalls.status(fd);
    } finally {
      FileCalls.close(fd);
    }
  }
}
