package org.ckimg.restorer.gather;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.linux.probe.ExtendedState;
import org.ckimg.linux.probe.GuardPages;
import org.ckimg.linux.probe.NamespaceProbe;
import org.ckimg.linux.proc.CpuFeatures;
import org.ckimg.linux.proc.FileLocks;
import org.ckimg.linux.proc.Limits;
import org.ckimg.linux.proc.MemInfo;
import org.ckimg.linux.proc.ResourceLimit;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.proc.VdsoImage;
import org.ckimg.linux.sys.Accounts;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.restorer.ImageSource;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.restorer.tree.Inherited;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vdso;
import org.ckimg.spec.model.Vma;

/**
 * Reads what the audit compares with. Opens every file of the image once, as O_PATH; these
 * descriptors are what the program is given later, so that no name is looked up twice.
 */
public final class Gatherer implements AutoCloseable {
  /** The only page size of x86-64, the one architecture that is restored. */
  private static final int PAGE_SIZE = 4096;

  private static final int PR_GET_SECUREBITS = 27;

  private final List<Integer> opened = new ArrayList<>();

  /** A gatherer that has opened nothing yet. */
  public Gatherer() {}

  /** Reads everything that {@code checkpoint} is to be compared with. */
  public HostFacts gather(Checkpoint checkpoint, RestoreOptions options) throws IOException {
    ExtendedState extended = ExtendedState.read();
    Map<Integer, FileLookup> files = lookUp(checkpoint, options.policy());
    Map<HostFacts.MappedRange, Digest> digests = rangeDigests(checkpoint, files);
    for (ProcessState process : checkpoint.processes()) {
      markChanged(checkpoint, process, files, digests);
    }
    VdsoImage vdso = VdsoImage.read(ownPid());
    Status self = Status.read(ownPid());
    Optional<HostFacts.Owner> owner = owner(options.source(), self.uids()[1]);
    return new HostFacts(
        PAGE_SIZE,
        new HashSet<>(CpuFeatures.read()),
        extended.xcr0(),
        extended.bytes(),
        new Vdso(Digest.of(vdso.digest()), Optional.of(Bytes.of(vdso.symbolLines()))),
        new HostFacts.Clocks(
            ProcessCalls.clockNanos(ProcessCalls.CLOCK_MONOTONIC),
            ProcessCalls.clockNanos(ProcessCalls.CLOCK_BOOTTIME)),
        caller(self, owner.isEmpty()),
        TakenIds.of(checkpoint),
        files,
        sockets(checkpoint, options),
        digests,
        IpcFacts.of(checkpoint),
        GuardPages.areSupported(),
        FileLocks.read(),
        room(checkpoint),
        MemoryFacts.of(checkpoint, files),
        owner);
  }

  private SocketFacts sockets(Checkpoint checkpoint, RestoreOptions options) throws IOException {
    SocketGraph graph =
        SocketGraph.of(
            checkpoint,
            Tree.of(checkpoint),
            Inherited.of(checkpoint, options.inherit()),
            options.tcp());
    try (SocketLookup lookup = new SocketLookup(checkpoint, graph, opened)) {
      return lookup.look();
    }
  }

  private static int ownPid() {
    return (int) ProcessHandle.current().pid();
  }

  private static Optional<HostFacts.Owner> owner(ImageSource source, int caller)
      throws IOException {
    int owner = source.owner().orElse(caller);
    return owner == caller || owner == 0
        ? Optional.empty()
        : Optional.of(new HostFacts.Owner(owner, new Accounts(Path.of("/")).groupsOf(owner)));
  }

  private static HostFacts.Caller caller(Status status, boolean forItself) throws IOException {
    List<Integer> groups = new ArrayList<>(status.groups());
    groups.sort(Integer::compareUnsigned);
    long securebits = Syscalls.call(Sys.PRCTL, PR_GET_SECUREBITS);
    return new HostFacts.Caller(
        status.uids()[1],
        status.gids()[1],
        groups,
        status.capEffective(),
        forItself ? status.capEffective() : 0,
        status.capBounding(),
        (int) Syscalls.check("prctl(PR_GET_SECUREBITS)", securebits, "tool"),
        NamespaceProbe.mayIsolate(),
        limits(),
        Integer.parseInt(Files.readString(Path.of("/proc/self/oom_score_adj")).strip()),
        Stat.read(ownPid()).nice(),
        TerminalCalls.standard());
  }

  private static HostFacts.Room room(Checkpoint checkpoint) throws IOException {
    long pages = 0;
    for (MemoryObject object : checkpoint.objects()) {
      pages += checkpoint.memory().pages(object.id()).numPages();
    }
    return new HostFacts.Room(MemInfo.read().total(), pages * PAGE_SIZE);
  }

  private static Map<Integer, Limit> limits() throws IOException {
    Map<Integer, Limit> limits = new HashMap<>();
    for (ResourceLimit limit : Limits.read(ownPid())) {
      limits.put(limit.resource(), new Limit(limit.resource(), limit.soft(), limit.hard()));
    }
    return limits;
  }

  private Map<Integer, FileLookup> lookUp(Checkpoint checkpoint, Policy policy) throws IOException {
    try (FileGatherer gatherer = new FileGatherer(checkpoint, policy, opened)) {
      return gatherer.lookUp();
    }
  }

  private static Map<HostFacts.MappedRange, Digest> rangeDigests(
      Checkpoint checkpoint, Map<Integer, FileLookup> files) throws IOException {
    Map<HostFacts.MappedRange, Digest> digests = new HashMap<>();
    try (RangeDigests ranges = new RangeDigests(checkpoint.host().pageShift())) {
      for (ProcessState process : checkpoint.processes()) {
        for (int i = 0; i < process.vmas().size(); i++) {
          Vma vma = process.vmas().get(i);
          OptionalInt file = vma.digest().isPresent() ? vma.file() : OptionalInt.empty();
          if (file.isPresent()
              && files.get(file.getAsInt()) instanceof FileLookup.Found found
              && found.file().isData()) {
            HostFacts.MappedRange range = new HostFacts.MappedRange(process.pid(), i);
            ranges.of(found.file().fd(), vma).ifPresent(digest -> digests.put(range, digest));
          }
        }
      }
    }
    return digests;
  }

  /** A small shared file that others may have written: what the image carries is the evidence. */
  private static void markChanged(
      Checkpoint checkpoint,
      ProcessState process,
      Map<Integer, FileLookup> files,
      Map<HostFacts.MappedRange, Digest> digests) {
    for (int i = 0; i < process.vmas().size(); i++) {
      Vma vma = process.vmas().get(i);
      int file = vma.file().orElse(0);
      boolean carried = file != 0 && checkpoint.file(file).content().isPresent();
      Digest here = digests.get(new HostFacts.MappedRange(process.pid(), i));
      boolean same = vma.digest().isPresent() && vma.digest().get().equals(here);
      if (carried && !same && files.get(file) instanceof FileLookup.Found) {
        files.put(file, new FileLookup.Changed());
      }
    }
  }

  /** Closes the descriptors. */
  @Override
  public void close() {
    opened.forEach(FileCalls::close);
    opened.clear();
  }
}
