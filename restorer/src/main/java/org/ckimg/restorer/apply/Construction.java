package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.linux.remote.NamespaceInit;
import org.ckimg.linux.remote.RemoteProcess;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;

/** A half-built process, and what the steps share while they build it. */
final class Construction {
  private final Site site;
  private final ProcessState image;
  private final Map<Integer, Integer> tids = new HashMap<>();
  private final Map<Integer, Integer> standIns = new HashMap<>();
  private final Set<Integer> brief = new HashSet<>();
  private final Map<Integer, Integer> received = new HashMap<>();
  private OptionalInt pid = OptionalInt.empty();
  private RemoteProcess remote;
  private Workbench workbench;

  Construction(Site site, ProcessState image) {
    this.site = site;
    this.image = image;
  }

  Site site() {
    return site;
  }

  Checkpoint checkpoint() {
    return site.checkpoint();
  }

  ProcessState image() {
    return image;
  }

  HostFacts host() {
    return site.host();
  }

  Inheritance inheritance() {
    return site.inheritance();
  }

  RestoreWatcher watcher() {
    return site.watcher();
  }

  /** The bytes of a queue, checked against their digests. */
  byte[] content(int object) throws IOException {
    return QueueBytes.read(checkpoint(), object);
  }

  void note(String text) {
    site.note(text);
  }

  boolean exists() {
    return pid.isPresent();
  }

  /** The process; before {@code clone3} there is none. */
  RemoteProcess remote() {
    return remote;
  }

  int pid() {
    return pid.orElseThrow();
  }

  /** There is a process, which has to end when anything fails from now on. */
  void begin(int newPid) {
    pid = OptionalInt.of(newPid);
    tids.put(image.pid(), newPid);
  }

  Workbench workbench() {
    return workbench;
  }

  /** From now on calls are made in {@code process}, with code and buffers on a new workbench. */
  void moveTo(RemoteProcess process) throws IOException {
    try {
      adopt(process, Workbench.set(process, site.checkpoint().processes()));
    } catch (IOException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** The same with the workbench that the process has from its parent. */
  void inherit(RemoteProcess process, Construction parent) {
    adopt(process, parent.workbench().of(process));
  }

  private void adopt(RemoteProcess process, Workbench bench) {
    close();
    remote = process;
    workbench = bench;
  }

  /** The process has ended. */
  void leave() {
    close();
    remote = null;
    pid = OptionalInt.empty();
  }

  /** Closes the tool's side. */
  void close() {
    if (remote != null) {
      remote.close();
    }
  }

  /**
   * Pids here of children that keep the numbers of process groups until somebody has joined them,
   * by group.
   */
  Map<Integer, Integer> standIns() {
    return standIns;
  }

  /** Pids here of children that live for one step. */
  Set<Integer> brief() {
    return brief;
  }

  /** Numbers of descriptions of others that it has while it is built, by id. */
  Map<Integer, Integer> received() {
    return received;
  }

  /** Process 1 of the program's own pid namespace. */
  Optional<NamespaceInit> init() {
    return site.init();
  }

  void addThread(int imageTid, int tid) {
    tids.put(imageTid, tid);
  }

  /** All tids here; the end of the leader is reported last. */
  List<Integer> tidsLeaderLast() {
    List<Integer> ordered = new ArrayList<>(tids.values());
    ordered.sort(java.util.Comparator.comparing(tid -> tid == pid()));
    return ordered;
  }

  /** The tid here of a thread of the image. */
  int tid(int imageTid) {
    return tids.get(imageTid);
  }

  /** The tid here of a thread of the image; of the leader for a thread that is not there. */
  int tidOrLeader(int imageTid) {
    return tids.getOrDefault(imageTid, pid());
  }

  /** The tid that the program itself sees; of the leader for a thread that is not there. */
  int innerTidOrLeader(int imageTid) {
    if (init().isEmpty()) {
      return tidOrLeader(imageTid);
    }
    return tids.containsKey(imageTid) ? imageTid : image.pid();
  }

  /** The id that the program itself sees of somebody in the image; only one alone may be new. */
  int innerId(int imageId) {
    boolean own = tids.containsKey(imageId);
    return own ? innerTidOrLeader(imageId) : imageId;
  }

  /** A descriptor, in the process, of a file that was audited or made anew. */
  int source(int file) throws IOException {
    return inheritance().hasFile(file) ? inheritance().file(file) : site.madeFiles().number(file);
  }

  /** Makes a call in the leader: value or -errno. */
  long call(int number, long... arguments) throws IOException {
    return remote.call(pid(), number, arguments);
  }

  /** Makes a call in the leader that must not fail. */
  long check(String name, String detail, int number, long... arguments) throws IOException {
    return Syscalls.check(name, call(number, arguments), "restored process: " + detail);
  }

  /** Makes a call in a thread that must not fail. */
  long check(int tid, String name, String detail, int number, long... arguments)
      throws IOException {
    return Syscalls.check(name, remote.call(tid, number, arguments), "restored thread: " + detail);
  }
}
