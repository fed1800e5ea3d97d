package org.ckimg.linux.probe;

import java.io.IOException;
import java.util.List;
import org.ckimg.linux.ptrace.Tracer;
import org.ckimg.linux.remote.Stub;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;

/**
 * ptrace(2), tried on a child that does nothing: most requests answer only for a stopped tracee.
 */
final class TracingProbe {
  private static final int YAMA_DESCENDANTS_ONLY = 1;
  private static final int YAMA_NOBODY = 3;
  private static final int SECCOMP_GET_FILTER = 0x420c;
  private static final int GET_RSEQ_CONFIGURATION = 0x420f;

  private static final Question PTRACE =
      new Question(
          "ptrace",
          Feature.Need.REQUIRED,
          "programs can be neither dumped nor restored",
          "a host or container that permits ptrace to the caller");
  private static final Question OTHERS =
      new Question(
          "ptrace of running programs",
          Feature.Need.REQUIRED,
          "only programs that the caller itself started can be dumped",
          "sysctl kernel.yama.ptrace_scope=0, or run as root");
  private static final Question RSEQ =
      new Question(
          "ptrace(GET_RSEQ_CONFIGURATION)",
          Feature.Need.FOR_SOME,
          "restartable sequences of a program stay unknown",
          "a kernel that has the request, with CONFIG_RSEQ");
  private static final Question FILTERS =
      new Question(
          "ptrace(SECCOMP_GET_FILTER)",
          Feature.Need.FOR_SOME,
          "programs with seccomp filters cannot be dumped",
          "run as root outside containers, on a kernel with CONFIG_CHECKPOINT_RESTORE");

  private TracingProbe() {}

  static List<Feature> features(long capabilities) throws IOException {
    Feature others = others(Yama.scope(), Capabilities.has(capabilities, Capabilities.SYS_PTRACE));
    try (Tracer tracer = new Tracer()) {
      return tracer.call(() -> withStub(others));
    }
  }

  private static List<Feature> withStub(Feature others) {
    try (Stub stub = Stub.spawn(List.of())) {
      return List.of(PTRACE.yes(), others, rseq(stub.pid()), filters(stub.pid()));
    } catch (IOException e) {
      String untried = "not tried without ptrace";
      return List.of(PTRACE.no(e.getMessage()), others, RSEQ.no(untried), FILTERS.no(untried));
    }
  }

  private static Feature rseq(int pid) {
    // Size 0 is EINVAL where the request exists and EIO where it does not.
    long result = Syscalls.call(Sys.PTRACE, GET_RSEQ_CONFIGURATION, pid, 0, 0);
    return RSEQ.answered("ptrace", result, Errno.EINVAL);
  }

  private static Feature filters(int pid) {
    // Rights are looked at first; then a task without filters is EINVAL.
    long result = Syscalls.call(Sys.PTRACE, SECCOMP_GET_FILTER, pid, 0, 0);
    return FILTERS.answered("ptrace", result, Errno.EINVAL, Errno.ENOENT);
  }

  /** Judges by Yama, whose rule for strangers cannot be tried without one. */
  static Feature others(int scope, boolean privileged) {
    String setting = "kernel.yama.ptrace_scope is " + scope;
    if (scope >= YAMA_NOBODY) {
      return OTHERS.no(setting, "reboot with kernel.yama.ptrace_scope below " + YAMA_NOBODY);
    }
    return scope >= YAMA_DESCENDANTS_ONLY && !privileged ? OTHERS.no(setting) : OTHERS.yes();
  }
}
