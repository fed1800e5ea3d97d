package org.ckimg.restorer.plan;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.Relations;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.tree.ThreadTables;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadFs;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;

/** What is done in one process, once it is there. */
final class ProcessPlan {
  private final Checkpoint checkpoint;
  private final ProcessState root;
  private final ProcessState process;
  private final List<ThreadTables.Leaving> leaving;
  private final RestoreOptions options;
  private final SharedParts shared;
  private final MadeFiles made;
  private final boolean sameTids;
  private final boolean namesExecutable;
  private final Consumer<Step> steps;
  private final DescriptorPlan descriptors;
  private final Set<Integer> shown = new TreeSet<>();

  ProcessPlan(
      Relations relations,
      ProcessState process,
      List<ThreadTables.Leaving> leaving,
      HostFacts host,
      RestoreOptions options,
      SharedParts shared,
      MadeFiles made,
      boolean sameTids,
      boolean namesExecutable,
      Consumer<Step> steps) {
    this.checkpoint = relations.checkpoint();
    this.root = relations.tree().root();
    this.process = process;
    this.leaving = leaving;
    this.options = options;
    this.shared = shared;
    this.made = made;
    this.sameTids = sameTids;
    this.namesExecutable = namesExecutable;
    this.steps = steps;
    this.descriptors = new DescriptorPlan(relations, process, host, shared, steps);
    process.vmas().forEach(vma -> vma.object().ifPresent(shown::add));
  }

  void buildMemory() {
    made.of(process).forEach(file -> steps.accept(new Step.MakeFile(file)));
    long vvar =
        process.vmas().stream()
            .filter(v -> v.kind() == Vma.Kind.VVAR || v.kind() == Vma.Kind.VDSO)
            .mapToLong(v -> v.firstPage() << checkpoint.host().pageShift())
            .min()
            .orElse(0);
    steps.accept(new Step.ClearMemory(vvar));
    for (Vma vma : process.vmas()) {
      if (isBuilt(vma)) {
        steps.accept(new Step.MapRange(vma));
      }
    }
    for (int id : shown) {
      MemoryObject object = checkpoint.object(id);
      if (isFilledHere(object)) {
        steps.accept(fill(object));
      }
    }
    for (Vma vma : process.vmas()) {
      if (isBuilt(vma) && hasAdvice(vma)) {
        steps.accept(new Step.AdviseRange(vma));
      }
    }
    OptionalInt exe = namesExecutable ? process.exe() : OptionalInt.empty();
    steps.accept(new Step.SetLayout(process.layout().orElseThrow(), exe));
  }

  private Step fill(MemoryObject object) {
    boolean ofProcess = object.owner().isPresent();
    return ofProcess && options.mapped().isPresent()
        ? new Step.MapObject(object.id(), options.mapped().get())
        : new Step.FillObject(object.id());
  }

  /** Memory that several processes see is filled in the first of them. */
  private boolean isFilledHere(MemoryObject object) {
    return switch (object.kind()) {
      case FILE, MEMFD, QUEUE -> false;
      case PRIVATE, PRIVATE_IN_STOP, SHARED, SYSV ->
          !shared.objects().contains(object.id())
              || shared.firstShowing().getOrDefault(object.id(), 0) == process.pid();
    };
  }

  /** The kernel's own mappings are not built from the image. */
  private static boolean isBuilt(Vma vma) {
    return switch (vma.kind()) {
      case VDSO, VVAR, VSYSCALL -> false;
      case ANONYMOUS, FILE, STACK, HEAP, SHM, MEMFD, SYSV, OTHER -> true;
    };
  }

  private static boolean hasAdvice(Vma vma) {
    return vma.flags().stream()
        .anyMatch(flag ->
            switch (flag) {
              case SHARED, GROWSDOWN, NORESERVE, MAY_WRITE -> false;
              case ACCOUNTED -> !vma.shared() && (vma.protection() & Vma.WRITE) == 0;
              case HUGEPAGE,
                  NOHUGEPAGE,
                  DONTFORK,
                  WIPEONFORK,
                  LOCKED,
                  LOCKED_ONFAULT,
                  DONTDUMP,
                  GUARD,
                  MERGEABLE,
                  RANDOM,
                  SEQUENTIAL,
                  SEALED ->
                  true;
            });
  }

  void openFiles() {
    descriptors.open();
    if (process.sharedWith().fs().isEmpty()) {
      steps.accept(
          new Step.SetPlace(
              process.pid(), process.cwd().orElseThrow(), process.umask().orElse(022)));
    }
  }

  /** When all processes and threads are there. */
  void refer() {
    descriptors.refer();
  }

  /** When nobody opens anything any more. */
  void watch() {
    descriptors.watchFiles();
    descriptors.watch();
  }

  /** When nobody hands anything on any more. */
  void closeOthers() {
    if (process.sharedWith().files().isEmpty()) {
      leaving.forEach(thread -> steps.accept(new Step.LeaveTable(thread)));
      steps.accept(new Step.CloseOthers(process.pid(), process.fds()));
    }
  }

  /** What was lent to the process has got all that belongs to it; locks come behind. */
  private void takeBack() {
    if (!leaving.isEmpty()) {
      Set<Integer> lent = new HashSet<>();
      leaving.forEach(thread -> thread.fds().forEach(moved -> lent.add(moved.lent())));
      List<FdEntry> kept =
          process.fds().stream().filter(fd -> !lent.contains(fd.number())).toList();
      steps.accept(new Step.CloseOthers(process.pid(), kept));
    }
  }

  private void lock(Predicate<FileLock.Kind> kinds) {
    process.locks().stream()
        .filter(lock -> kinds.test(lock.kind()))
        .forEach(lock -> steps.accept(new Step.TakeLock(lock)));
  }

  void buildThreads() {
    steps.accept(new Step.SetActions(process.actions().orElseThrow()));
    for (ThreadState thread : process.threads()) {
      if (thread.tid() != process.pid()) {
        createThread(thread);
      }
    }
    for (ThreadState thread : process.threads()) {
      steps.accept(new Step.SetUpThread(thread));
    }
  }

  /** One that is where another thread is comes from that one, once it is there. */
  private void createThread(ThreadState thread) {
    switch (thread.fs().orElse(null)) {
      case ThreadFs.Of other -> steps.accept(new Step.CloneThread(thread, other.tid(), sameTids));
      case ThreadFs.Own own -> {
        steps.accept(new Step.CloneThread(thread, process.pid(), sameTids));
        steps.accept(new Step.LeavePlace(thread.tid()));
        steps.accept(new Step.SetPlace(thread.tid(), own.cwd().orElseThrow(), own.umask()));
      }
      case null -> steps.accept(new Step.CloneThread(thread, process.pid(), sameTids));
    }
  }

  void finish() {
    steps.accept(new Step.SetLimits(process.limits()));
    lock(kind -> kind != FileLock.Kind.POSIX);
    for (ThreadState thread : process.threads()) {
      boolean recorded =
          thread
              .credentials()
              .flatMap(Credentials::privileges)
              .filter(Credentials.Privileges::noNewPrivs)
              .isPresent();
      boolean noNewPrivileges = recorded || options.policy().identity().noNewPrivileges();
      steps.accept(new Step.DropRights(thread, deathSignal(thread), noNewPrivileges));
    }
    steps.accept(new Step.SetAttributes());
    descriptors.arm();
    takeBack();
    // Closing any descriptor of a file drops the POSIX locks on it.
    lock(kind -> kind == FileLock.Kind.POSIX);
    if (!process.timers().isEmpty()) {
      steps.accept(new Step.StartTimers(process.timers()));
    }
    steps.accept(new Step.QueueSignals(process.pending().orElseThrow(), process.threads()));
    steps.accept(new Step.Finish(process.threads()));
  }

  /** A parent that leaves at once would take the program with it. */
  private int deathSignal(ThreadState thread) {
    boolean orphan = options.detach() && process == root;
    return orphan ? 0 : thread.deathSignal().orElse(0);
  }
}
