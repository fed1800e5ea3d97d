package org.ckimg.restorer.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.ckimg.restorer.audit.OwnTerminal;
import org.ckimg.restorer.audit.Relations;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.tree.Inherited;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;

/** How a process gets its descriptors. */
final class DescriptorPlan {
  private final Relations relations;
  private final Checkpoint checkpoint;
  private final ProcessState process;
  private final HostFacts host;
  private final Inherited inherited;
  private final SharedParts shared;
  private final Consumer<Step> steps;
  private final Map<Integer, List<FdEntry>> byDescription = new LinkedHashMap<>();

  DescriptorPlan(
      Relations relations,
      ProcessState process,
      HostFacts host,
      SharedParts shared,
      Consumer<Step> steps) {
    this.relations = relations;
    this.checkpoint = relations.checkpoint();
    this.process = process;
    this.host = host;
    this.inherited = relations.inherited();
    this.shared = shared;
    this.steps = steps;
    for (FdEntry fd : process.fds()) {
      byDescription.computeIfAbsent(fd.description(), k -> new ArrayList<>()).add(fd);
    }
  }

  void open() {
    Set<Integer> own = new TreeSet<>(byDescription.keySet());
    own.removeAll(shared.descriptions());
    new SocketPlan(relations.sockets(), own, steps).make();
    byDescription.forEach((id, fds) -> {
      if (!isReference(id)) {
        steps.accept(open(checkpoint.description(id), fds));
      }
    });
    for (int file : new TreeSet<>(SharedParts.files(checkpoint, inherited, own))) {
      relations.pipes().of(file).ifPresent(pipe -> steps.accept(new Step.FillPipe(pipe)));
    }
  }

  /** When all processes and threads are there: the first that has it opens what refers to one. */
  void refer() {
    byDescription.forEach((id, fds) -> {
      if (isReference(id)) {
        steps.accept(
            isFirstUser(id)
                ? new Step.OpenDescription(checkpoint.description(id), fds)
                : receive(id, fds));
      }
    });
  }

  private boolean isReference(int id) {
    return checkpoint.description(id).type() == FdType.PIDFD && inherited.callerFd(id).isEmpty();
  }

  private Step receive(int id, List<FdEntry> fds) {
    Holders holders = shared.holders();
    return new Step.ReceiveDescription(id, holders.first(id), holders.firstNumber(id), fds);
  }

  private Step open(OpenFile description, List<FdEntry> fds) {
    OptionalInt callerFd = inherited.callerFd(description.id());
    if (callerFd.isPresent()) {
      return new Step.InheritDescriptor(callerFd.getAsInt(), fds);
    }
    if (description.type() != FdType.TTY) {
      return shared.descriptions().contains(description.id())
          ? new Step.ShareDescription(description.id(), fds)
          : new Step.OpenDescription(description, fds);
    }
    if (relations.ptys().of(description.id()).isPresent()) {
      return new Step.UsePty(description.id(), fds);
    }
    return OwnTerminal.isNeeded(relations.tree().root(), relations.ptys())
        ? new Step.UseTerminal(fds)
        : new Step.InheritDescriptor(host.caller().terminal().orElseThrow(), fds);
  }

  /** While the files are there that were audited, and all processes have opened theirs. */
  void watchFiles() {
    byDescription.forEach((id, fds) -> {
      if (isFirstUser(id) && restored(id) instanceof FdState.NotifyList list) {
        steps.accept(new Step.WatchFiles(fds.getFirst().number(), list));
      }
    });
  }

  void watch() {
    Set<Integer> received = new HashSet<>(byDescription.keySet());
    byDescription.forEach((id, fds) -> {
      if (restored(id) instanceof FdState.WatchList list) {
        watch(id, fds.getFirst().number(), list, received);
      }
    });
  }

  private void watch(int epoll, int number, FdState.WatchList list, Set<Integer> received) {
    List<FdState.Watch> here =
        list.watches().stream().filter(watch -> watcher(epoll, watch) == process.pid()).toList();
    for (FdState.Watch watch : here) {
      int target = watch.target().getAsInt();
      if (received.add(target)) {
        steps.accept(receive(target, List.of()));
      }
    }
    if (!here.isEmpty()) {
      steps.accept(new Step.WatchDescriptors(number, new FdState.WatchList(here)));
    }
  }

  private int watcher(int epoll, FdState.Watch watch) {
    return shared.holders().watcher(epoll, watch.target().getAsInt());
  }

  void arm() {
    byDescription.forEach((id, fds) -> {
      if (isFirstUser(id) && restored(id) instanceof FdState.Alarm alarm) {
        steps.accept(new Step.ArmDescriptor(fds.getFirst().number(), alarm));
      }
    });
  }

  /** What several processes have is set by the first. */
  private boolean isFirstUser(int description) {
    return shared.holders().first(description) == process.pid();
  }

  /** What a description is given back; null for none, and for one that is the caller's now. */
  private FdState restored(int id) {
    boolean callers = inherited.callerFd(id).isPresent();
    return callers ? null : checkpoint.description(id).state().orElse(null);
  }
}
