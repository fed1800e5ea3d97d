package org.ckimg.restorer.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.ClockShift;
import org.ckimg.restorer.audit.OwnTerminal;
import org.ckimg.restorer.audit.PidChoice;
import org.ckimg.restorer.audit.Relations;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.restorer.tree.Inherited;
import org.ckimg.restorer.tree.Ptys;
import org.ckimg.restorer.tree.ThreadTables;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.Makers;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SignalAction;

/**
 * Turns an image that the audit allowed into a plan: first all processes are there, then each gets
 * its memory, files and threads, then all run. Pure: it reads values and makes a value.
 */
public final class Planner {
  private static final int SIGCHLD = 17;

  private final ThreadTables tables;
  private final Checkpoint checkpoint;
  private final Relations relations;
  private final Tree tree;
  private final Makers makers;
  private final ProcessState root;
  private final HostFacts host;
  private final RestoreOptions options;
  private final PidChoice pid;
  private final SharedParts shared;
  private final MadeFiles made;
  private final Inherited inherited;
  private final SocketGraph sockets;
  private final Ptys ptys;
  private final List<Plan.Task> tasks = new ArrayList<>();

  private Planner(ThreadTables tables, HostFacts host, RestoreOptions options) {
    this.tables = tables;
    this.checkpoint = tables.checkpoint();
    this.relations = Relations.of(checkpoint, options);
    this.tree = relations.tree();
    this.makers = Makers.of(checkpoint.processes());
    this.root = tree.root();
    this.host = host;
    this.options = options;
    this.pid = PidChoice.of(checkpoint, host, options);
    this.inherited = relations.inherited();
    this.sockets = relations.sockets();
    this.ptys = relations.ptys();
    this.shared = SharedParts.of(checkpoint, sockets);
    this.made = MadeFiles.of(checkpoint, host, inherited);
  }

  /** The plan for an image that the audit did not refuse. */
  public static Plan plan(Checkpoint checkpoint, HostFacts host, RestoreOptions options) {
    Planner planner = new Planner(ThreadTables.of(checkpoint), host, options);
    planner.createRoot();
    planner.makeShared();
    planner.fork(planner.root);
    planner.formGroups();
    planner.setForeground();
    planner.endZombies();
    planner.build();
    return new Plan(planner.tasks);
  }

  private void add(ProcessState process, Step step) {
    tasks.add(new Plan.Task(process.pid(), step));
  }

  /** The order matters: ids are dropped before anything of the image is opened or mapped. */
  private void createRoot() {
    add(
        root,
        new Step.CreateProcess(
            hasOldIds() ? OptionalInt.of(root.pid()) : OptionalInt.empty(), isolation()));
    if (!mayNameExecutable()) {
      // PR_SET_MM_EXE_FILE needs a capability; only execve(2) names an executable without one.
      add(root, new Step.BecomeExecutable(root.exe().orElseThrow()));
    }
    add(root, new Step.EnterGroup(Tree.leadsSession(root)));
    takeSlave(root);
    if (OwnTerminal.isNeeded(root, ptys)) {
      add(root, new Step.TakeTerminal(OwnTerminal.modes(checkpoint)));
    }
    changeUser(root);
  }

  /** Of a session whose terminal is inside the program; its other processes are born with it. */
  private void takeSlave(ProcessState process) {
    if (Tree.leadsSession(process)) {
      ptys.controlling(process)
          .ifPresent(
              pair -> add(process, new Step.TakeSlave(pair.master().ttyNumber(), pair.name())));
    }
  }

  private void changeUser(ProcessState process) {
    if (host.caller().mayChangeUser()) {
      add(process, new Step.ChangeUser(process.leader().credentials().orElseThrow()));
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

  /** What the others are to inherit. */
  private void makeShared() {
    shared.objects().forEach(object -> add(root, new Step.MapShared(object)));
    new SocketPlan(sockets, shared.descriptions(), step -> add(root, step)).make();
    made.shared().forEach(file -> add(root, new Step.MakeFile(file)));
    for (int id : shared.descriptions()) {
      OpenFile open = checkpoint.description(id);
      if (open.type() != FdType.TTY && inherited.callerFd(id).isEmpty()) {
        add(root, new Step.OpenShared(open));
      }
    }
    Set<Integer> made = SharedParts.files(checkpoint, inherited, shared.descriptions());
    for (PipeState pipe : checkpoint.pipes()) {
      if (made.contains(pipe.file())) {
        add(root, new Step.FillPipe(pipe));
      }
    }
  }

  /** A child that its parent had before it made a session must be there before that. */
  private void fork(ProcessState process) {
    for (ProcessState child : tree.children(process)) {
      if (tree.isEarly(child)) {
        create(process, child);
      }
    }
    if (process != root && Tree.leadsSession(process)) {
      add(process, new Step.EnterGroup(true));
      takeSlave(process);
    }
    for (ProcessState child : tree.children(process)) {
      if (!tree.isEarly(child)) {
        create(process, child);
      }
    }
  }

  private void create(ProcessState parent, ProcessState child) {
    ProcessState maker = makers.maker(child);
    add(
        child,
        new Step.CreateChild(
            maker.pid(),
            maker != parent,
            Makers.shareFiles(maker, child),
            Makers.shareFs(maker, child),
            Makers.exitSignal(child)));
    fork(child);
  }

  /** Leaders first; for one that has ended somebody stands in while the others join. */
  private void formGroups() {
    List<ProcessState> members =
        tree.parentsFirst().stream()
            .filter(process -> process != root && !Tree.leadsSession(process))
            .toList();
    for (ProcessState process : members) {
      if (tree.groupHere(process) == process.pid()) {
        add(process, new Step.EnterGroup(false));
      }
    }
    for (int lost : tree.lostGroups()) {
      add(firstOf(members, lost), new Step.HoldGroup(lost));
    }
    for (ProcessState process : members) {
      if (tree.groupHere(process) != process.pid()) {
        add(process, new Step.JoinGroup(tree.groupHere(process)));
      }
    }
    for (int lost : tree.lostGroups()) {
      add(firstOf(members, lost), new Step.ReleaseGroup(lost));
    }
  }

  /** A session that takes its terminal has the leader in the foreground. */
  private void setForeground() {
    OptionalInt group = tree.foreground();
    if (OwnTerminal.isNeeded(root, ptys) && group.isPresent() && group.getAsInt() != root.pid()) {
      add(root, new Step.SetForeground(group.getAsInt(), OptionalInt.empty()));
    }
    for (ProcessState process : tree.living()) {
      Optional<Ptys.Pair> pair = ptys.controlling(process);
      int own = process.attributes().ttyGroup().orElse(0);
      if (Tree.leadsSession(process)
          && pair.isPresent()
          && own != process.pid()
          && tree.living().stream().anyMatch(other -> tree.groupHere(other) == own)) {
        OptionalInt tty = OptionalInt.of(pair.get().master().ttyNumber());
        add(process, new Step.SetForeground(own, tty));
      }
    }
  }

  private ProcessState firstOf(List<ProcessState> members, int group) {
    return members.stream()
        .filter(process -> tree.groupHere(process) == group)
        .findFirst()
        .orElseThrow();
  }

  /** Their parents must not see them die, which they had seen. */
  private void endZombies() {
    for (ProcessState process : checkpoint.processes()) {
      if (process.state() == RunState.ZOMBIE) {
        add(process, new Step.EndZombie(process.exitStatus().orElseThrow(), process.comm()));
      }
    }
    for (ProcessState process : tree.living()) {
      if (tree.children(process).stream().anyMatch(child -> child.state() == RunState.ZOMBIE)) {
        add(process, new Step.ForgetChildSignals());
      }
    }
  }

  private void build() {
    for (ProcessState process : tree.living()) {
      if (process != root) {
        changeUser(process);
      }
      ProcessPlan plan = processPlan(process);
      plan.buildMemory();
      plan.openFiles();
      plan.buildThreads();
    }
    made.users().keySet().forEach(file -> add(root, new Step.FinishFile(file)));
    tree.living().forEach(process -> processPlan(process).refer());
    tree.living().forEach(process -> processPlan(process).watch());
    tree.living().forEach(process -> processPlan(process).closeOthers());
    List<ProcessState> childrenFirst =
        tree.parentsFirst().reversed().stream()
            .filter(process -> process.state() != RunState.ZOMBIE)
            .toList();
    for (ProcessState process : childrenFirst) {
      stopChildren(process);
      processPlan(process).finish();
    }
    Set<Integer> resumed =
        sockets.ids().stream().filter(sockets::isResumed).collect(Collectors.toSet());
    if (!resumed.isEmpty()) {
      // As late as can be: from here on the other ends hear of the program.
      add(root, new Step.ResumeConnections(resumed));
    }
    add(root, new Step.HandOver());
    for (ProcessState process : childrenFirst) {
      if (process == root || process.state() != RunState.STOPPED) {
        add(process, new Step.LetGo(process.state() == RunState.STOPPED));
      }
    }
  }

  /** Their parent knows already that they stand still. */
  private void stopChildren(ProcessState process) {
    List<ProcessState> stopped =
        tree.children(process).stream().filter(c -> c.state() == RunState.STOPPED).toList();
    if (stopped.isEmpty()) {
      return;
    }
    add(process, new Step.MuteStops());
    stopped.forEach(child -> add(child, new Step.LetGo(true)));
    SignalAction recorded =
        process.actions().orElseThrow().stream()
            .filter(action -> action.number() == SIGCHLD)
            .findFirst()
            .orElse(new SignalAction(SIGCHLD, 0, 0, 0, 0));
    add(process, new Step.SetActions(List.of(recorded)));
  }

  private ProcessPlan processPlan(ProcessState process) {
    return new ProcessPlan(
        relations,
        process,
        tables.of(process.pid()),
        host,
        options,
        shared,
        made,
        hasOldIds(),
        mayNameExecutable(),
        step -> add(process, step));
  }
}
