package org.ckimg.restorer.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.ClockShift;
import org.ckimg.restorer.audit.OwnTerminal;
import org.ckimg.restorer.audit.PidChoice;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;

/** Turns an image that the audit allowed into a plan. Pure: it reads values and makes a value. */
public final class Planner {
  private final Checkpoint checkpoint;
  private final ProcessState process;
  private final HostFacts host;
  private final RestoreOptions options;
  private final PidChoice pid;
  private final boolean ownsTerminal;
  private final Map<Integer, List<FdEntry>> byDescription = new LinkedHashMap<>();
  private final List<Step> steps = new ArrayList<>();

  private Planner(Checkpoint checkpoint, HostFacts host, RestoreOptions options) {
    this.checkpoint = checkpoint;
    this.process = checkpoint.processes().getFirst();
    this.host = host;
    this.options = options;
    this.pid = PidChoice.of(checkpoint, host, options);
    this.ownsTerminal = OwnTerminal.isNeeded(process);
    for (FdEntry fd : process.fds()) {
      byDescription.computeIfAbsent(fd.description(), k -> new ArrayList<>()).add(fd);
    }
  }

  /** The plan for an image with one process that the audit did not refuse. */
  public static Plan plan(Checkpoint checkpoint, HostFacts host, RestoreOptions options) {
    Planner planner = new Planner(checkpoint, host, options);
    planner.create();
    planner.buildMemory();
    planner.openFiles();
    planner.buildThreads();
    planner.finish();
    return new Plan(planner.steps);
  }

  /** The order matters: ids are dropped before anything of the image is opened or mapped. */
  private void create() {
    steps.add(
        new Step.CreateProcess(
            hasOldIds() ? OptionalInt.of(process.pid()) : OptionalInt.empty(), isolation()));
    boolean leadsSession =
        process.ids().session().isPresent() && process.ids().session().getAsInt() == process.pid();
    if (!mayNameExecutable()) {
      // PR_SET_MM_EXE_FILE needs a capability; only execve(2) names an executable without one.
      steps.add(new Step.BecomeExecutable(process.exe().orElseThrow()));
    }
    steps.add(new Step.EnterGroup(leadsSession));
    if (ownsTerminal) {
      steps.add(new Step.TakeTerminal(OwnTerminal.modes(checkpoint)));
    }
    if (host.caller().mayChangeUser()) {
      steps.add(new Step.ChangeUser(credentials(process.leader())));
    }
  }

  private Isolation isolation() {
    boolean pids = pid instanceof PidChoice.Namespaced;
    boolean user = pids && !host.caller().mayMakeNamespaces();
    return new Isolation(pids, user, ClockShift.of(checkpoint, host));
  }

  private boolean hasOldIds() {
    return pid instanceof PidChoice.Old || pid instanceof PidChoice.Namespaced;
  }

  private boolean mayNameExecutable() {
    return host.caller().mayChoosePid() || pid instanceof PidChoice.Namespaced;
  }

  private static Credentials credentials(ThreadState thread) {
    return thread.credentials().orElseThrow();
  }

  private void buildMemory() {
    long vvar =
        process.vmas().stream()
            .filter(v -> v.kind() == Vma.Kind.VVAR || v.kind() == Vma.Kind.VDSO)
            .mapToLong(v -> v.firstPage() << checkpoint.host().pageShift())
            .min()
            .orElse(0);
    steps.add(new Step.ClearMemory(vvar));
    for (Vma vma : process.vmas()) {
      if (isBuilt(vma)) {
        steps.add(new Step.MapRange(vma));
      }
    }
    for (MemoryObject object : checkpoint.objects()) {
      if (isShownBySomeMapping(object)) {
        steps.add(fill(object));
      }
    }
    for (Vma vma : process.vmas()) {
      if (isBuilt(vma) && hasAdvice(vma)) {
        steps.add(new Step.AdviseRange(vma));
      }
    }
    steps.add(new Step.SetLayout(process.layout().orElseThrow(), exeToName()));
  }

  private Step fill(MemoryObject object) {
    boolean ofProcess = object.owner().isPresent();
    return ofProcess && options.mapped().isPresent()
        ? new Step.MapObject(object.id(), options.mapped().get())
        : new Step.FillObject(object.id());
  }

  private OptionalInt exeToName() {
    return mayNameExecutable() ? process.exe() : OptionalInt.empty();
  }

  /** The kernel's own mappings are not built from the image. */
  private static boolean isBuilt(Vma vma) {
    return switch (vma.kind()) {
      case VDSO, VVAR, VSYSCALL -> false;
      case ANONYMOUS, FILE, STACK, HEAP, SHM, MEMFD, SYSV, OTHER -> true;
    };
  }

  private boolean isShownBySomeMapping(MemoryObject object) {
    return process.vmas().stream()
        .anyMatch(v -> v.object().isPresent() && v.object().getAsInt() == object.id());
  }

  private static boolean hasAdvice(Vma vma) {
    return vma.flags().stream()
        .anyMatch(flag ->
            switch (flag) {
              case SHARED, GROWSDOWN, NORESERVE, MAY_WRITE, GUARD -> false;
              case ACCOUNTED -> !vma.shared() && (vma.protection() & Vma.WRITE) == 0;
              case HUGEPAGE,
                  NOHUGEPAGE,
                  DONTFORK,
                  WIPEONFORK,
                  LOCKED,
                  LOCKED_ONFAULT,
                  DONTDUMP,
                  MERGEABLE,
                  RANDOM,
                  SEQUENTIAL,
                  SEALED ->
                  true;
            });
  }

  private void openFiles() {
    byDescription.forEach((id, fds) -> steps.add(open(checkpoint.description(id), fds)));
    steps.add(new Step.SetPlace(process.cwd().orElseThrow(), process.umask().orElse(022)));
    steps.add(new Step.CloseOthers(process.fds()));
    byDescription.forEach((id, fds) -> {
      if (restored(id, fds) instanceof FdState.WatchList list) {
        steps.add(new Step.WatchDescriptors(fds.getFirst().number(), list));
      }
    });
  }

  /** What a description is given back; null for none, and for one that is the caller's now. */
  private FdState restored(int id, List<FdEntry> fds) {
    boolean inherited = fds.stream().anyMatch(fd -> options.inherit().contains(fd.number()));
    return inherited ? null : checkpoint.description(id).state().orElse(null);
  }

  private Step open(OpenFile description, List<FdEntry> fds) {
    for (FdEntry fd : fds) {
      if (options.inherit().contains(fd.number())) {
        return new Step.InheritDescriptor(fd.number(), fds);
      }
    }
    if (description.type() != FdType.TTY) {
      return new Step.OpenDescription(description, fds);
    }
    return ownsTerminal
        ? new Step.UseTerminal(fds)
        : new Step.InheritDescriptor(host.caller().terminal().orElseThrow(), fds);
  }

  private void buildThreads() {
    steps.add(new Step.SetActions(process.actions().orElseThrow()));
    for (ThreadState thread : process.threads()) {
      if (thread.tid() != process.pid()) {
        steps.add(new Step.CloneThread(thread, hasOldIds()));
      }
    }
    for (ThreadState thread : process.threads()) {
      steps.add(new Step.SetUpThread(thread));
    }
  }

  private void finish() {
    steps.add(new Step.SetLimits(process.limits()));
    for (FileLock lock : process.locks()) {
      steps.add(new Step.TakeLock(lock));
    }
    for (ThreadState thread : process.threads()) {
      steps.add(new Step.DropRights(thread));
    }
    steps.add(new Step.SetAttributes());
    byDescription.forEach((id, fds) -> {
      if (restored(id, fds) instanceof FdState.Alarm alarm) {
        steps.add(new Step.ArmDescriptor(fds.getFirst().number(), alarm));
      }
    });
    if (!process.timers().isEmpty()) {
      steps.add(new Step.StartTimers(process.timers()));
    }
    steps.add(new Step.QueueSignals(process.pending().orElseThrow(), process.threads()));
    steps.add(new Step.Finish(process.threads(), process.state() == RunState.STOPPED));
  }
}
