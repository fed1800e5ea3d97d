package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.remote.FrozenChild;
import org.ckimg.linux.remote.SeizedProcess;
import org.ckimg.linux.remote.SeizedThread;
import org.ckimg.linux.remote.SeizedTree;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.KnownPages;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;

/** Reads stopped processes. Every microsecond counts here. */
final class CaptureBuilder {
  private final SeizedTree tree;
  private final Preparation preparation;
  private final DumpOptions options;
  private final DumpWatcher watcher;
  private final Refusals refusals = new Refusals();
  private final List<String> notes = new ArrayList<>();
  private final InnerIds ids;
  private final SortedSet<Integer> pids;
  private final OtherHolders others;
  private final DescriptorCollector descriptors;

  CaptureBuilder(SeizedTree tree, Preparation preparation, DumpOptions options, DumpWatcher watcher)
      throws IOException {
    this.tree = tree;
    this.preparation = preparation;
    this.options = options;
    this.watcher = watcher;
    this.ids = InnerIds.of(tree.pids());
    this.pids = new TreeSet<>(Comparator.comparingInt(ids::of));
    pids.addAll(tree.pids());
    this.others = new OtherHolders(pids);
    this.descriptors = new DescriptorCollector(preparation.files(), others, preparation.watched());
  }

  Capture build() throws IOException {
    try {
      Capture capture = read();
      if (!options.kill()) {
        // A program that goes on closes its connections itself, and nobody may hold them open.
        capture.connections().close();
      }
      return capture;
    } catch (IOException | RuntimeException e) {
      letConnectionsGo(e);
      throw e;
    }
  }

  private void letConnectionsGo(Exception cause) {
    try {
      descriptors.connections().close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private Capture read() throws IOException {
    Clocks clocks = Clocks.read(tree.root().pid());
    List<SeizedProcess> ordered = new ArrayList<>(tree.processes());
    ordered.sort(Comparator.comparingInt(process -> ids.of(process.pid())));
    Sharing sharing = Sharing.of(ordered, refusals);
    List<Member> members = members(ordered, sharing);
    Objects objects =
        new Objects(members, descriptors, preparation.files(), options.parent(), refusals);
    if (!options.partial()) {
      refusals.throwUnlessEmpty();
    }
    PageRuns unchanged = unchanged(members);
    Map<Integer, ProcessCollector> collectors = new HashMap<>();
    for (Member member : members) {
      collectors.put(
          member.pid(), new ProcessCollector(member.process(), preparation.files(), sharing));
    }
    Map<Integer, FrozenChild> children = ask(members, collectors);
    try {
      FileContents contents = FileContents.open(members, descriptors, objects, preparation.files());
      notes.addAll(contents.notes());
      SnapshotMemory memory =
          new SnapshotMemory(
              members,
              objects,
              contents,
              options.parent().map(ParentImage::pages).orElse(KnownPages.NONE),
              unchanged,
              watcher);
      byte[] xstate = Ptrace.regset(tree.root().pid(), Ptrace.NT_X86_XSTATE);
      List<ProcessState> processes = processes(members, objects, collectors);
      Sharing.refuseImpossible(processes, refusals);
      if (!options.partial()) {
        refusals.throwUnlessEmpty();
      }
      Checkpoint checkpoint =
          checkpoint(preparation.host().host(xstate), processes, objects, memory);
      return new Capture(
          checkpoint, objects, memory, children, descriptors.connections(), clocks, notes);
    } catch (IOException | RuntimeException e) {
      Capture.closeAll(children);
      throw e;
    }
  }

  /** Pages of the only process that are as they were at its last dump. */
  private PageRuns unchanged(List<Member> members) throws IOException {
    if (options.tracker().isEmpty()) {
      return PageRuns.EMPTY;
    }
    if (members.size() > 1) {
      options.tracker().get().forget();
      return PageRuns.EMPTY;
    }
    return options.tracker().get().unchanged(members.getFirst().areas());
  }

  private List<Member> members(List<SeizedProcess> ordered, Sharing sharing) throws IOException {
    List<Member> members = new ArrayList<>();
    for (SeizedProcess process : ordered) {
      int pid = process.pid();
      Refusals own = pids.size() > 1 ? refusals.of(pid) : refusals;
      Preparation.Prepared prepared = preparation.of(pid);
      List<Area> areas = prepared.areas().collect(own);
      members.add(
          new Member(
              pids.headSet(pid).size(),
              process,
              prepared.infection().inStop(process, areas.stream().map(Area::mapping).toList()),
              areas,
              descriptors(process, sharing, own)));
    }
    descriptors.finish(options, refusals);
    notes.addAll(descriptors.notes());
    sharing.refuseOutside(others);
    SharedOutside.refuse(members, others, refusals);
    return members;
  }

  private DescriptorCollector.Held descriptors(SeizedProcess process, Sharing sharing, Refusals own)
      throws IOException {
    if (sharing.of(process.pid()).files().isPresent()) {
      return DescriptorCollector.Held.NOTHING;
    }
    DescriptorCollector.Held held = descriptors.collect(process.pid(), own);
    for (SeizedThread thread : process.threads()) {
      if (sharing.hasOwnFiles(thread.tid())) {
        held = held.and(thread.tid(), descriptors.collect(thread.tid(), own), own);
      }
    }
    return held;
  }

  /** Asks the threads what only they know, and forks where the memory is to be copied later. */
  private Map<Integer, FrozenChild> ask(
      List<Member> members, Map<Integer, ProcessCollector> collectors) throws IOException {
    Map<Integer, FrozenChild> children = new LinkedHashMap<>();
    boolean forks = options.forks();
    try {
      for (Member member : members) {
        ProcessCollector collector = collectors.get(member.pid());
        forks = ask(member, collector, forks, children);
      }
    } catch (IOException | RuntimeException e) {
      Capture.closeAll(children);
      throw e;
    }
    if (!forks) {
      Capture.closeAll(children);
      children.clear();
    }
    return children;
  }

  /** True when the process was forked, as was asked. */
  private boolean ask(
      Member member, ProcessCollector collector, boolean forks, Map<Integer, FrozenChild> children)
      throws IOException {
    try {
      Optional<FrozenChild> child =
          member
              .infection()
              .run(member.process(), collector.processCalls(), collector.threadCalls(), forks);
      child.ifPresent(c -> children.put(member.pid(), c));
      return forks;
    } catch (SyscallException e) {
      if (!e.call().equals("clone")) {
        throw e;
      }
      notes.add("the program stood still while it was copied: " + e.getMessage());
      return false;
    }
  }

  private List<ProcessState> processes(
      List<Member> members, Objects objects, Map<Integer, ProcessCollector> collectors)
      throws IOException {
    Map<Integer, ProcessState> states = new TreeMap<>();
    for (Member member : members) {
      ProcessCollector collector = collectors.get(member.pid());
      ProcessState state = collector.collect(objects.vmas(member), member.descriptors());
      notes.addAll(collector.unsaved());
      states.put(ids.of(member.pid()), ids.of(state));
    }
    for (int zombie : tree.zombies()) {
      states.put(ids.of(zombie), ids.of(ZombieCollector.collect(zombie)));
    }
    return List.copyOf(states.values());
  }

  private Checkpoint checkpoint(
      Host host, List<ProcessState> processes, Objects objects, SnapshotMemory memory) {
    return new Checkpoint(
        host,
        options.parent().map(ParentImage::link),
        !refusals.isEmpty(),
        processes,
        descriptors.descriptions().stream().map(ids::of).toList(),
        preparation.files().files(),
        objects.terminals(),
        objects.pipes(),
        objects.all(),
        Optional.empty(),
        List.of(),
        memory);
  }
}
