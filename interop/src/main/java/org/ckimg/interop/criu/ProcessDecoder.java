package org.ckimg.interop.criu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.interop.criu.proto.FsEntry;
import org.ckimg.interop.criu.proto.LimitEntry;
import org.ckimg.interop.criu.proto.MmEntry;
import org.ckimg.interop.criu.proto.PstreeEntry;
import org.ckimg.interop.criu.proto.TaskCore;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;

/** A task as the model has it. */
final class ProcessDecoder {
  private static final int MAX_UMASK = 0777;
  private static final int ORIG_RAX = 15 * Long.BYTES;

  private final FileTable files;
  private final Holders holders;
  private final LockDecoder locks;
  private final ThreadDecoder threads;
  private final VmaDecoder vmas;
  private final int pageShift;
  private final AddressSpace.Budget strings = new AddressSpace.Budget();

  ProcessDecoder(
      FileTable files,
      Holders holders,
      LockDecoder locks,
      ThreadDecoder threads,
      VmaDecoder vmas,
      int pageShift) {
    this.files = files;
    this.holders = holders;
    this.locks = locks;
    this.threads = threads;
    this.vmas = vmas;
    this.pageShift = pageShift;
  }

  /** Decodes a task whose private memory is {@code own}. */
  ProcessState decode(Task task, Optional<ObjectTable.Slot> own) throws IOException {
    Entry<TaskCore> core = task.core().with(task.core().message().getTc());
    List<ThreadState> decoded = new ArrayList<>();
    for (Task.Thread thread : task.threads()) {
      decoded.add(threads.decode(thread));
    }
    RunState state = state(core, decoded.getFirst());
    Optional<AddressSpace> space =
        task.mm()
            .map(mm ->
                new AddressSpace(
                    mm.message(),
                    own.map(ObjectTable.Slot::store).orElse(PageStore.EMPTY),
                    pageShift,
                    strings));
    return new ProcessState(
        ids(task.row().message()),
        state,
        state == RunState.ZOMBIE
            ? OptionalInt.of(core.message().getExitCode())
            : OptionalInt.empty(),
        OptionalLong.empty(),
        exe(task),
        directory(task, true),
        directory(task, false),
        umask(task),
        SharedWith.NOBODY,
        space.isPresent() ? space.get().arguments() : Optional.empty(),
        space.isPresent() ? space.get().environment() : Optional.empty(),
        space.flatMap(AddressSpace::auxiliaryVector),
        space.map(AddressSpace::layout),
        attributes(task, core.message()),
        decoded,
        SignalDecoder.actions(core),
        pending(core),
        timers(core),
        limits(core.message()),
        vmas.decode(task, own),
        holders.fds(task.pid()),
        locks.of(task.pid()));
  }

  /** The parent of the first task is not in the set; in its own eyes it is 0. */
  private static ProcessIds ids(PstreeEntry row) {
    return new ProcessIds(
        row.getPid(),
        OptionalInt.of(row.getPpid()),
        row.hasPgid() ? OptionalInt.of(row.getPgid()) : OptionalInt.empty(),
        row.hasSid() ? OptionalInt.of(row.getSid()) : OptionalInt.empty());
  }

  private static RunState state(Entry<TaskCore> core, ThreadState leader)
      throws MalformedImageException {
    int state = core.message().getTaskState();
    return switch (state) {
      case Task.ALIVE -> inSyscall(leader) ? RunState.SLEEPING : RunState.RUNNING;
      case Task.STOPPED -> RunState.STOPPED;
      case Task.DEAD, Task.ZOMBIE -> RunState.ZOMBIE;
      default -> throw core.malformed(CriuRule.RANGE, "task state " + state);
    };
  }

  /** The image says only that a task lives; its registers say how it was caught. */
  private static boolean inSyscall(ThreadState leader) {
    Optional<Bytes> registers = leader.regset(Regset.NT_PRSTATUS);
    boolean x86 = leader.regset(Regset.NT_X86_XSTATE).isPresent();
    return x86
        && registers.isPresent()
        && ByteBuffer.wrap(registers.get().toArray())
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong(ORIG_RAX)
            >= 0;
  }

  private OptionalInt exe(Task task) throws MalformedImageException {
    if (task.mm().isEmpty() || !task.mm().get().message().hasExeFileId()) {
      return OptionalInt.empty();
    }
    Entry<MmEntry> mm = task.mm().get();
    return OptionalInt.of(files.of(mm, mm.message().getExeFileId()));
  }

  private OptionalInt directory(Task task, boolean working) throws MalformedImageException {
    if (task.fs().isEmpty()) {
      return OptionalInt.empty();
    }
    Entry<FsEntry> fs = task.fs().get();
    boolean known = working ? fs.message().hasCwdId() : fs.message().hasRootId();
    int id = working ? fs.message().getCwdId() : fs.message().getRootId();
    return known ? OptionalInt.of(files.of(fs, id)) : OptionalInt.empty();
  }

  private static OptionalInt umask(Task task) throws MalformedImageException {
    if (task.fs().isEmpty() || !task.fs().get().message().hasUmask()) {
      return OptionalInt.empty();
    }
    int umask = task.fs().get().message().getUmask();
    task.fs().get().check(umask >= 0 && umask <= MAX_UMASK, "umask 0%o".formatted(umask));
    return OptionalInt.of(umask);
  }

  private static ProcessAttributes attributes(Task task, TaskCore core) {
    if (task.isDead()) {
      return ProcessAttributes.UNKNOWN;
    }
    MmEntry mm = task.mm().orElseThrow().message();
    return new ProcessAttributes(
        core.hasPersonality() ? OptionalInt.of(core.getPersonality()) : OptionalInt.empty(),
        mm.hasDumpable() ? OptionalInt.of(mm.getDumpable()) : OptionalInt.empty(),
        core.hasOomScoreAdj() ? OptionalInt.of(core.getOomScoreAdj()) : OptionalInt.empty(),
        OptionalInt.empty(),
        core.hasChildSubreaper() ? Optional.of(core.getChildSubreaper()) : Optional.empty(),
        mm.hasThpDisabled() ? Optional.of(mm.getThpDisabled()) : Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  private static Optional<List<PendingSignal>> pending(Entry<TaskCore> core)
      throws MalformedImageException {
    return core.message().hasSignalsS()
        ? Optional.of(SignalDecoder.pending(core.with(core.message().getSignalsS())))
        : Optional.empty();
  }

  private static List<Timer> timers(Entry<TaskCore> core) throws MalformedImageException {
    return TimerDecoder.decode(core.with(core.message().getTimers()));
  }

  private static List<Limit> limits(TaskCore core) {
    List<Limit> limits = new ArrayList<>();
    for (LimitEntry entry : core.getRlimits().getLimitsList()) {
      limits.add(new Limit(limits.size(), entry.getCur(), entry.getMax()));
    }
    return limits;
  }
}
