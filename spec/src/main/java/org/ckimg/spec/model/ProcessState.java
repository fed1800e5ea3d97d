package org.ckimg.spec.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One process.
 *
 * @param ids pid and its kin
 * @param state what it was doing
 * @param exitStatus wait(2) status of a zombie
 * @param startNanos start time since boot, nanoseconds
 * @param exe file id of the executable
 * @param cwd file id of the working directory
 * @param root file id of the root directory
 * @param umask file mode creation mask, 0..0777
 * @param sharedWith processes that it has descriptors or its place together with
 * @param cmdline arguments, each ended by a zero byte
 * @param environ environment strings, each ended by a zero byte
 * @param auxv auxiliary vector, pairs of words
 * @param layout address space bounds that prctl(2) PR_SET_MM_MAP takes
 * @param attributes small settings of the process
 * @param threads the leader first, then by tid
 * @param actions signal actions that are known, by signal number
 * @param pending signals that wait for the whole process, oldest first
 * @param timers interval timers, then POSIX timers by id
 * @param limits by resource number
 * @param vmas by address
 * @param fds by number; none when they are recorded with another process
 * @param locks file locks held, by file, kind, description and start; where its fds are
 */
public record ProcessState(
    ProcessIds ids,
    RunState state,
    OptionalInt exitStatus,
    OptionalLong startNanos,
    OptionalInt exe,
    OptionalInt cwd,
    OptionalInt root,
    OptionalInt umask,
    SharedWith sharedWith,
    Optional<Bytes> cmdline,
    Optional<Bytes> environ,
    Optional<Bytes> auxv,
    Optional<MemoryLayout> layout,
    ProcessAttributes attributes,
    List<ThreadState> threads,
    Optional<List<SignalAction>> actions,
    Optional<List<PendingSignal>> pending,
    List<Timer> timers,
    List<Limit> limits,
    List<Vma> vmas,
    List<FdEntry> fds,
    List<FileLock> locks) {
  /** Copies the lists. */
  public ProcessState {
    threads = List.copyOf(threads);
    actions = actions.map(List::copyOf);
    pending = pending.map(List::copyOf);
    timers = List.copyOf(timers);
    limits = List.copyOf(limits);
    vmas = List.copyOf(vmas);
    fds = List.copyOf(fds);
    locks = List.copyOf(locks);
  }

  /**
   * What is left of a process that has ended and that nobody has waited for.
   *
   * @param comm its name
   */
  public static ProcessState ended(
      ProcessIds ids,
      OptionalInt exitStatus,
      OptionalLong startNanos,
      ProcessAttributes attributes,
      Optional<Bytes> comm) {
    return new ProcessState(
        ids,
        RunState.ZOMBIE,
        exitStatus,
        startNanos,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        SharedWith.NOBODY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        attributes,
        comm.map(name -> ThreadState.ended(ids.pid(), name)).stream().toList(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** True when there is nothing of it that only the living have. */
  public boolean hasOnlyEnded() {
    return equals(ended(ids, exitStatus, startNanos, attributes, comm()));
  }

  /** Process id. */
  public int pid() {
    return ids.pid();
  }

  /** The thread whose tid is the pid. */
  public ThreadState leader() {
    return threads.getFirst();
  }

  /** Name of the leader. */
  public Optional<Bytes> comm() {
    return threads.stream().findFirst().flatMap(ThreadState::comm);
  }

  /** Those of the leader; empty where they are not known, and of a zombie. */
  public Optional<Credentials> credentials() {
    return threads.stream().findFirst().flatMap(ThreadState::credentials);
  }

  /** The descriptors in the table that the process has, without those of threads with their own. */
  public List<FdEntry> ownFds() {
    return fds.stream().filter(FdEntry::isOfProcess).toList();
  }

  /** File ids of the working and root directories of the process, and of threads with others. */
  public IntStream directories() {
    return IntStream.concat(
        IntStream.concat(cwd.stream(), root.stream()),
        places()
            .flatMapToInt(place -> IntStream.concat(place.cwd().stream(), place.root().stream())));
  }

  /** Places of threads that are not where their process is. */
  public Stream<ThreadFs.Own> places() {
    return threads.stream()
        .flatMap(thread -> thread.fs().stream())
        .filter(ThreadFs.Own.class::isInstance)
        .map(ThreadFs.Own.class::cast);
  }

  /** The same under other ids. */
  public ProcessState withIds(
      ProcessIds itsOwn,
      ProcessAttributes itsAttributes,
      SharedWith others,
      List<ThreadState> itsThreads,
      List<Timer> itsTimers) {
    return with(itsOwn, cmdline, environ, itsAttributes, others, itsThreads, itsTimers, fds);
  }

  /** The same with other descriptors. */
  public ProcessState withFds(List<FdEntry> others) {
    return with(ids, cmdline, environ, attributes, sharedWith, threads, timers, others);
  }

  /** The same with other strings, and with threads that hold something else. */
  public ProcessState withContents(
      Optional<Bytes> arguments, Optional<Bytes> environment, List<ThreadState> itsThreads) {
    return with(ids, arguments, environment, attributes, sharedWith, itsThreads, timers, fds);
  }

  private ProcessState with(
      ProcessIds itsOwn,
      Optional<Bytes> arguments,
      Optional<Bytes> environment,
      ProcessAttributes itsAttributes,
      SharedWith others,
      List<ThreadState> itsThreads,
      List<Timer> itsTimers,
      List<FdEntry> itsFds) {
    return new ProcessState(
        itsOwn,
        state,
        exitStatus,
        startNanos,
        exe,
        cwd,
        root,
        umask,
        others,
        arguments,
        environment,
        auxv,
        layout,
        itsAttributes,
        itsThreads,
        actions,
        pending,
        itsTimers,
        limits,
        vmas,
        itsFds,
        locks);
  }
}
