package org.ckimg.spec.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One thread.
 *
 * @param tid thread id
 * @param comm name, at most 15 bytes
 * @param regsets register sets by note type
 * @param blocked signal mask, bit n - 1 is signal n
 * @param altstack alternate signal stack
 * @param pending signals that wait for this thread, oldest first
 * @param robustList robust futex list
 * @param rseq restartable sequences area
 * @param clearTidAddress address that the kernel clears at exit, 0 for none
 * @param deathSignal PR_GET_PDEATHSIG
 * @param credentials ids and capabilities
 * @param filters seccomp filters, oldest first
 * @param scheduling how the thread is scheduled
 * @param fs its place, when that is not the one of its process
 * @param ownFiles true when it has a table of descriptors of its own, unshare(2) CLONE_FILES
 */
public record ThreadState(
    int tid,
    Optional<Bytes> comm,
    List<Regset> regsets,
    OptionalLong blocked,
    Optional<AltStack> altstack,
    Optional<List<PendingSignal>> pending,
    Optional<RobustList> robustList,
    Optional<Rseq> rseq,
    OptionalLong clearTidAddress,
    OptionalInt deathSignal,
    Optional<Credentials> credentials,
    List<SeccompFilter> filters,
    Optional<Scheduling> scheduling,
    Optional<ThreadFs> fs,
    boolean ownFiles) {
  /** Copies the lists. */
  public ThreadState {
    regsets = List.copyOf(regsets);
    pending = pending.map(List::copyOf);
    filters = List.copyOf(filters);
  }

  /** What is left of the leader of a process that has ended. */
  static ThreadState ended(int pid, Bytes comm) {
    return new ThreadState(
        pid,
        Optional.of(comm),
        List.of(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  /** The register set of this ELF note type. */
  public Optional<Bytes> regset(int noteType) {
    return regsets.stream().filter(r -> r.noteType() == noteType).map(Regset::data).findFirst();
  }

  /** The same with other ids. */
  public ThreadState withIds(int other, Optional<ThreadFs> itsFs) {
    return with(other, regsets, itsFs);
  }

  /** The same with other registers. */
  public ThreadState withRegsets(List<Regset> others) {
    return with(tid, others, fs);
  }

  private ThreadState with(int otherTid, List<Regset> otherRegsets, Optional<ThreadFs> otherFs) {
    return new ThreadState(
        otherTid,
        comm,
        otherRegsets,
        blocked,
        altstack,
        pending,
        robustList,
        rseq,
        clearTidAddress,
        deathSignal,
        credentials,
        filters,
        scheduling,
        otherFs,
        ownFiles);
  }
}
