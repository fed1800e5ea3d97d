package org.ckimg.interop.criu.write;

import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;
import org.ckimg.spec.x86.XsaveLayout;

/** What CRIU demands of threads, signals and timers. */
final class ThreadDemands {
  private static final int REGISTER_BYTES = 216;
  private static final int SIGINFO_BYTES = 128;

  private final ProcessState process;
  private final Demands demands;

  ThreadDemands(ProcessState process, Demands demands) {
    this.process = process;
    this.demands = demands;
  }

  void find() {
    signals(process.pending());
    for (Timer timer : process.timers()) {
      if (timer instanceof Timer.Posix posix) {
        demands.of("process %d, timer %d".formatted(process.pid(), posix.id()));
        demands.demand(posix.overrun().isPresent(), "the overruns");
      }
    }
    for (ThreadState thread : process.threads()) {
      demands.of("thread " + thread.tid());
      thread(thread);
    }
  }

  private void thread(ThreadState thread) {
    demands.demand(
        thread.regset(Regset.NT_PRSTATUS).filter(r -> r.length() == REGISTER_BYTES).isPresent(),
        "the registers");
    Optional<Bytes> extended = thread.regset(Regset.NT_X86_XSTATE);
    demands.demand(extended.isPresent(), "the extended registers");
    demands.demand(
        extended.isEmpty() || extended.flatMap(XsaveLayout::of).isPresent(),
        "the layout of the extended registers");
    demands.demand(thread.blocked().isPresent(), "the blocked signals");
    demands.demand(thread.clearTidAddress().isPresent(), "the address that is cleared at exit");
    Optional<Credentials> credentials = thread.credentials();
    demands.demand(credentials.isPresent(), "the credentials");
    demands.demand(
        credentials.isEmpty() || credentials.get().capabilities().isPresent(), "the capabilities");
    demands.demand(
        credentials.isEmpty() || credentials.get().securebits().isPresent(), "the securebits");
    demands.demand(thread.pending().isPresent(), "the pending signals");
    demands.refuse(
        credentials
            .flatMap(Credentials::privileges)
            .filter(p -> p.seccompMode() != 0 && thread.filters().isEmpty())
            .isPresent(),
        "a seccomp mode without its filters");
    signals(thread.pending());
  }

  private void signals(Optional<List<PendingSignal>> pending) {
    demands.demand(
        pending.orElse(List.of()).stream().allMatch(s -> s.siginfo().length() == SIGINFO_BYTES),
        "what came with a pending signal");
  }
}
