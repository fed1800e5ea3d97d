package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.OptionalInt;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.plan.Plan;
import org.ckimg.restorer.plan.Step;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;

/**
 * Executes a plan, all of it or nothing: a step that fails ends the half-built process, and the
 * host is as it was. Runs on the tracing thread.
 */
public final class Applier {
  private static final int SIGKILL = 9;

  private final Construction construction;
  private final ProcessSteps process;
  private final MemorySteps memory;
  private final FileSteps files;
  private final EventSteps events;
  private final ThreadSteps threads;
  private final SignalSteps signals;
  private final AttributeSteps attributes;

  private Applier(Construction construction) {
    this.construction = construction;
    this.process = new ProcessSteps(construction);
    this.memory = new MemorySteps(construction);
    this.files = new FileSteps(construction);
    this.events = new EventSteps(construction);
    this.threads = new ThreadSteps(construction);
    this.signals = new SignalSteps(construction);
    this.attributes = new AttributeSteps(construction);
  }

  /**
   * A program that runs again, a child of this process.
   *
   * @param pid here
   * @param terminal the side of its pseudo terminal that the caller now has to read and write
   */
  public record Restored(int pid, OptionalInt terminal) {}

  /**
   * Executes every step.
   *
   * @param watcher of the building
   */
  public static Restored apply(
      Checkpoint checkpoint, HostFacts host, Plan plan, RestoreWatcher watcher) throws IOException {
    try (Inheritance inheritance = Inheritance.of(checkpoint.processes().getFirst(), host, plan)) {
      Construction construction = new Construction(checkpoint, host, inheritance, watcher);
      try {
        Applier applier = new Applier(construction);
        for (Step step : plan.steps()) {
          watcher.before(step);
          applier.execute(step);
        }
        return new Restored(construction.pid(), inheritance.releaseMaster());
      } catch (IOException | RuntimeException e) {
        discard(construction, e);
        throw e;
      } finally {
        if (construction.exists()) {
          construction.remote().close();
        }
        if (construction.init().isPresent()) {
          construction.init().get().close();
        }
      }
    }
  }

  private void execute(Step step) throws IOException {
    switch (step) {
      case Step.CreateProcess s -> process.create(s);
      case Step.BecomeExecutable s -> process.becomeExecutable(s);
      case Step.EnterGroup s -> process.enterGroup(s);
      case Step.TakeTerminal s -> files.takeTerminal(s);
      case Step.ChangeUser s -> process.changeUser(s);
      case Step.ClearMemory s -> memory.clear(s);
      case Step.MapRange s -> memory.map(s);
      case Step.FillObject s -> memory.fill(s);
      case Step.MapObject s -> memory.map(s);
      case Step.AdviseRange s -> memory.advise(s);
      case Step.SetLayout s -> memory.setLayout(s);
      case Step.OpenDescription s -> open(s);
      case Step.WatchDescriptors s -> events.watch(s);
      case Step.ArmDescriptor s -> events.arm(s);
      case Step.InheritDescriptor s -> files.inherit(s);
      case Step.UseTerminal s -> files.useTerminal(s);
      case Step.SetPlace s -> process.setPlace(s);
      case Step.CloseOthers s -> files.closeOthers(s);
      case Step.SetActions s -> signals.setActions(s);
      case Step.CloneThread s -> threads.create(s);
      case Step.SetUpThread s -> threads.setUp(s);
      case Step.SetLimits s -> attributes.setLimits(s);
      case Step.TakeLock s -> files.lock(s);
      case Step.DropRights s -> new Rights(construction).drop(s);
      case Step.SetAttributes s -> attributes.setAttributes();
      case Step.StartTimers s -> signals.startTimers(s);
      case Step.QueueSignals s -> signals.queue(s);
      case Step.Finish s -> threads.finish(s);
    }
  }

  private void open(Step.OpenDescription step) throws IOException {
    if (step.description().state().orElse(null) instanceof FdState.Event event) {
      events.open(step, event);
    } else {
      files.open(step);
    }
  }

  private static void discard(Construction construction, Exception cause) {
    if (!construction.exists()) {
      return;
    }
    try {
      ProcessCalls.kill(construction.pid(), SIGKILL);
      for (int tid : construction.tidsLeaderLast()) {
        Ptrace.awaitEnd(tid);
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
