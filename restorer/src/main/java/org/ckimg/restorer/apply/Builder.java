package org.ckimg.restorer.apply;

import java.io.IOException;
import org.ckimg.restorer.plan.Step;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;

/** Makes the steps of one process. */
final class Builder {
  private final Construction construction;
  private final ProcessSteps process;
  private final MemorySteps memory;
  private final FileSteps files;
  private final EventSteps events;
  private final SocketSteps sockets;
  private final ThreadSteps threads;
  private final SignalSteps signals;
  private final AttributeSteps attributes;

  Builder(Construction construction) {
    this.construction = construction;
    this.process = new ProcessSteps(construction);
    this.memory = new MemorySteps(construction);
    this.files = new FileSteps(construction);
    this.events = new EventSteps(construction);
    this.sockets = new SocketSteps(construction);
    this.threads = new ThreadSteps(construction);
    this.signals = new SignalSteps(construction);
    this.attributes = new AttributeSteps(construction);
  }

  void execute(Step step) throws IOException {
    switch (step) {
      case Step.CreateProcess s -> process.create(s);
      case Step.CreateChild s -> process.fork(s);
      case Step.BecomeExecutable s -> process.becomeExecutable(s);
      case Step.EnterGroup s -> process.enterGroup(s);
      case Step.JoinGroup s -> process.joinGroup(s);
      case Step.HoldGroup s -> process.holdGroup(s);
      case Step.ReleaseGroup s -> process.releaseGroup(s);
      case Step.EndZombie s -> process.end(s);
      case Step.ForgetChildSignals ignored -> process.forgetChildren();
      case Step.TakeTerminal s -> files.takeTerminal(s);
      case Step.TakeSlave s -> files.takeSlave(s);
      case Step.SetForeground s -> process.setForeground(s);
      case Step.ChangeUser s -> process.changeUser(s);
      case Step.ClearMemory s -> memory.clear(s);
      case Step.MapShared s -> memory.share(s);
      case Step.MapRange s -> memory.map(s);
      case Step.FillObject s -> memory.fill(s);
      case Step.MapObject s -> memory.map(s);
      case Step.AdviseRange s -> memory.advise(s);
      case Step.SetLayout s -> memory.setLayout(s);
      case Step.MakeFile s -> construction.site().madeFiles().make(construction, file(s.file()));
      case Step.FinishFile s -> construction.site().madeFiles().finish(file(s.file()));
      case Step.OpenDescription s -> open(s);
      case Step.OpenShared s -> openShared(s.description());
      case Step.ShareDescription s -> files.share(s);
      case Step.ReceiveDescription s -> files.receive(s);
      case Step.OnSocket s -> sockets.execute(s.step());
      case Step.FillPipe s -> files.fill(s);
      case Step.WatchDescriptors s -> events.watch(s);
      case Step.WatchFiles s -> events.watch(s);
      case Step.ArmDescriptor s -> events.arm(s);
      case Step.InheritDescriptor s -> files.inherit(s);
      case Step.UseTerminal s -> files.useTerminal(s);
      case Step.UsePty s -> files.usePty(s);
      case Step.SetPlace s -> process.setPlace(s);
      case Step.LeaveTable s -> files.leaveTable(s);
      case Step.CloseOthers s -> files.closeOthers(s);
      case Step.SetActions s -> signals.setActions(s);
      case Step.CloneThread s -> threads.create(s);
      case Step.LeavePlace s -> process.leavePlace(s);
      case Step.SetUpThread s -> threads.setUp(s);
      case Step.SetLimits s -> attributes.setLimits(s);
      case Step.TakeLock s -> files.lock(s);
      case Step.DropRights s -> new Rights(construction).drop(s);
      case Step.SetAttributes ignored -> attributes.setAttributes();
      case Step.StartTimers s -> signals.startTimers(s);
      case Step.QueueSignals s -> signals.queue(s);
      case Step.Finish s -> threads.finish(s);
      case Step.MuteStops ignored -> process.muteStops();
      case Step.HandOver ignored -> construction.site().handOver(construction.pid());
      case Step.ResumeConnections ignored -> construction.site().connections().start();
      case Step.LetGo s -> threads.letGo(s);
    }
  }

  private FileFacts file(int id) {
    return construction.checkpoint().file(id);
  }

  private void open(Step.OpenDescription step) throws IOException {
    switch (step.description().state().orElse(null)) {
      case FdState.Event event -> events.open(step, event);
      case FdState.Socket ignored -> sockets.open(step);
      case null, default -> files.open(step);
    }
  }

  private void openShared(OpenFile description) throws IOException {
    int fd =
        switch (description.state().orElse(null)) {
          case FdState.Event event -> events.open(description, event);
          case FdState.Socket ignored -> sockets.fd(description.id());
          case null, default -> files.open(description);
        };
    construction.site().sharedFds().put(description.id(), fd);
  }
}
