package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.linux.remote.NamespaceInit;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.tree.ProcFiles;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;

/** Where processes are built, and what all of them have in common meanwhile. */
final class Site {
  private final Checkpoint checkpoint;
  private final HostFacts host;
  private final Inheritance inheritance;
  private final RestoreWatcher watcher;
  private final Map<Integer, Construction> processes = new LinkedHashMap<>();
  private final Map<Integer, Integer> sharedFds = new HashMap<>();
  private final Map<Integer, Long> sharedMemory = new HashMap<>();
  private final ProcFiles procFiles;
  private final Set<Integer> onlyRead;
  private final Set<Integer> openedFifos = new HashSet<>();
  private final MadeSockets madeSockets = new MadeSockets();
  private final MadeFiles madeFiles = new MadeFiles();
  private final ResumedConnections connections = new ResumedConnections();
  private final MadeSegments madeSegments = new MadeSegments();
  private final List<String> notes = new ArrayList<>();
  private Optional<NamespaceInit> init = Optional.empty();

  Site(Checkpoint checkpoint, HostFacts host, Inheritance inheritance, RestoreWatcher watcher) {
    this.checkpoint = checkpoint;
    this.host = host;
    this.inheritance = inheritance;
    this.watcher = watcher;
    this.procFiles = ProcFiles.of(checkpoint);
    this.onlyRead = Pipes.onlyRead(checkpoint);
    for (ProcessState process : checkpoint.processes()) {
      processes.put(process.pid(), new Construction(this, process));
    }
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  HostFacts host() {
    return host;
  }

  Inheritance inheritance() {
    return inheritance;
  }

  RestoreWatcher watcher() {
    return watcher;
  }

  /** Files of /proc that processes open themselves. */
  ProcFiles procFiles() {
    return procFiles;
  }

  /** Files that are open for reading alone, and have nothing in them as pipes. */
  Set<Integer> onlyRead() {
    return onlyRead;
  }

  /** FIFOs that a process of the program has opened by now. */
  Set<Integer> openedFifos() {
    return openedFifos;
  }

  /** The process with this pid in the image. */
  Construction process(int imagePid) {
    return processes.get(imagePid);
  }

  /** All of them, by pid in the image. */
  List<Construction> processes() {
    return List.copyOf(processes.values());
  }

  /** What the program could not be given, in words for the caller. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  void note(String text) {
    notes.add(text);
  }

  /**
   * Everything is built: whoever waits for the program is told, and its terminals are its alone.
   */
  void handOver(int rootPid) throws IOException {
    inheritance.ptys().close();
    watcher.beforeRun(rootPid, foreground().orElse(rootPid), notes());
  }

  private OptionalInt foreground() {
    Tree tree = Tree.of(checkpoint);
    OptionalInt group = tree.foreground();
    return processes.values().stream()
        .filter(process -> process.exists() && tree.groupHere(process.image()) == group.orElse(0))
        .mapToInt(process -> ProcessCalls.group(process.pid()))
        .findFirst();
  }

  /** The processes live in a pid namespace that has this process 1. */
  void isolate(NamespaceInit namespaceInit) {
    init = Optional.of(namespaceInit);
  }

  /** Process 1 of the program's own pid namespace. */
  Optional<NamespaceInit> init() {
    return init;
  }

  /** What was made for sockets in folders of this host. */
  MadeSockets madeSockets() {
    return madeSockets;
  }

  /** Connections of TCP that go on. */
  ResumedConnections connections() {
    return connections;
  }

  /** System V shared memory that was made. */
  MadeSegments madeSegments() {
    return madeSegments;
  }

  /** Files that were made anew. */
  MadeFiles madeFiles() {
    return madeFiles;
  }

  /** Numbers of descriptions that every process inherits, by id. */
  Map<Integer, Integer> sharedFds() {
    return sharedFds;
  }

  /** Addresses of shared memory that every process inherits, by object. */
  Map<Integer, Long> sharedMemory() {
    return sharedMemory;
  }
}
