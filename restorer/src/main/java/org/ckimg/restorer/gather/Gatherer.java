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
import org.ckimg.linux.probe.NamespaceProbe;
import org.ckimg.linux.proc.CpuFeatures;
import org.ckimg.linux.proc.Limits;
import org.ckimg.linux.proc.ResourceLimit;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.proc.VdsoImage;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Limit;
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

  private final List<Integer> opened = new ArrayList<>();

  /** A gatherer that has opened nothing yet. */
  public Gatherer() {}

  /** Reads everything that {@code checkpoint} is to be compared with. */
  public HostFacts gather(Checkpoint checkpoint, Policy policy) throws IOException {
    ExtendedState extended = ExtendedState.read();
    Map<Integer, FileLookup> files = lookUp(checkpoint, policy);
    Map<HostFacts.MappedRange, Digest> digests = rangeDigests(checkpoint, files);
    for (ProcessState process : checkpoint.processes()) {
      markChanged(checkpoint, process, files, digests);
    }
    VdsoImage vdso = VdsoImage.read(ownPid());
    return new HostFacts(
        PAGE_SIZE,
        new HashSet<>(CpuFeatures.read()),
        extended.xcr0(),
        extended.bytes(),
        new Vdso(Digest.of(vdso.digest()), Optional.of(Bytes.of(vdso.symbolLines()))),
        new HostFacts.Clocks(
            ProcessCalls.clockNanos(ProcessCalls.CLOCK_MONOTONIC),
            ProcessCalls.clockNanos(ProcessCalls.CLOCK_BOOTTIME)),
        caller(),
        TakenIds.of(checkpoint),
        files,
        digests,
        PipeFacts.of(checkpoint));
  }

  private static int ownPid() {
    return (int) ProcessHandle.current().pid();
  }

  private static HostFacts.Caller caller() throws IOException {
    Status status = Status.read(ownPid());
    List<Integer> groups = new ArrayList<>(status.groups());
    groups.sort(Integer::compareUnsigned);
    return new HostFacts.Caller(
        status.uids()[1],
        status.gids()[1],
        groups,
        status.capEffective(),
        NamespaceProbe.mayIsolate(),
        limits(),
        Integer.parseInt(Files.readString(Path.of("/proc/self/oom_score_adj")).strip()),
        TerminalCalls.standard());
  }

  private static Map<Integer, Limit> limits() throws IOException {
    Map<Integer, Limit> limits = new HashMap<>();
    for (ResourceLimit limit : Limits.read(ownPid())) {
      limits.put(limit.resource(), new Limit(limit.resource(), limit.soft(), limit.hard()));
    }
    return limits;
  }

  private Map<Integer, FileLookup> lookUp(Checkpoint checkpoint, Policy policy) throws IOException {
    Map<Integer, FileLookup> found = new HashMap<>();
    try (FileIdentity identity = FileIdentity.of(checkpoint)) {
      for (FileFacts file : checkpoint.files()) {
        // A handle needs a right that the program does not have; the file is looked at with its
        // own.
        Optional<HandleLookup.Reopened> moved =
            file.deleted() ? HandleLookup.find(file, policy.files().handles()) : Optional.empty();
        found.put(file.id(), identity.call(() -> lookUp(file, moved)));
      }
    }
    return found;
  }

  private FileLookup lookUp(FileFacts file, Optional<HandleLookup.Reopened> moved) {
    boolean named = !file.deleted() && file.path().startsWith("/");
    if (!named && moved.isEmpty()) {
      return new FileLookup.NotLookedFor();
    }
    try {
      int fd = moved.isPresent() ? moved.get().fd() : openPath(file.path().toArray());
      opened.add(fd);
      return new FileLookup.Found(look(fd), moved.map(HandleLookup.Reopened::path));
    } catch (SyscallException e) {
      return new FileLookup.Missing(e);
    }
  }

  private static OpenedFile look(int fd) throws SyscallException {
    return new OpenedFile(
        fd,
        FileCalls.status(fd),
        FileCalls.filesystem(fd),
        handle(fd),
        FileCalls.isAccessible(fd, FileCalls.R_OK),
        FileCalls.isAccessible(fd, FileCalls.W_OK),
        FileCalls.isAccessible(fd, FileCalls.X_OK));
  }

  /** A path that the kernel told has no symbolic link in it, so following one is never needed. */
  private static int openPath(byte[] path) throws SyscallException {
    return FileCalls.openResolved(
        path,
        FileCalls.O_PATH | FileCalls.O_CLOEXEC,
        FileCalls.RESOLVE_NO_SYMLINKS | FileCalls.RESOLVE_NO_MAGICLINKS);
  }

  private static Optional<FileCalls.FileHandle> handle(int fd) throws SyscallException {
    try {
      return Optional.of(FileCalls.handle(fd));
    } catch (SyscallException e) {
      if (e.errno() == Errno.EOPNOTSUPP) {
        return Optional.empty();
      }
      throw e;
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
          if (file.isPresent() && files.get(file.getAsInt()) instanceof FileLookup.Found found) {
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
