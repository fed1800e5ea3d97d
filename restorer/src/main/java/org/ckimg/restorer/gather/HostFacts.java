package org.ckimg.restorer.gather;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vdso;

/**
 * What this host is and has, read without changing anything.
 *
 * @param pageSize bytes
 * @param cpuFeatures names as in /proc/cpuinfo
 * @param xcr0 enabled XSAVE components
 * @param xsaveBytes size of the XSAVE area
 * @param vdso this kernel's vdso
 * @param clocks now
 * @param caller who asks
 * @param takenTids tids of the image that exist already
 * @param files by file id
 * @param rangeDigests of the mapped file ranges
 * @param pipes what concerns pipes and FIFOs
 */
public record HostFacts(
    int pageSize,
    Set<String> cpuFeatures,
    long xcr0,
    int xsaveBytes,
    Vdso vdso,
    Clocks clocks,
    Caller caller,
    List<Integer> takenTids,
    Map<Integer, FileLookup> files,
    Map<MappedRange, Digest> rangeDigests,
    PipeFacts pipes) {
  /** Copies the collections. */
  public HostFacts {
    cpuFeatures = Set.copyOf(cpuFeatures);
    takenTids = List.copyOf(takenTids);
    files = Map.copyOf(files);
    rangeDigests = Map.copyOf(rangeDigests);
  }

  /**
   * A mapping of a file.
   *
   * @param pid of its process in the image
   * @param index in the process
   */
  public record MappedRange(int pid, int index) {}

  /** Nanoseconds. */
  public record Clocks(long monotonic, long boottime) {}

  /**
   * Who asks.
   *
   * @param groups supplementary groups, ascending
   * @param capabilities effective, bit n is capability n
   * @param mayIsolate true when a user namespace with a pid namespace may be made
   * @param limits resource limits by number
   * @param oomScoreAdj of the caller
   * @param terminal the caller's terminal: a descriptor among 0, 1, 2 that is one
   */
  public record Caller(
      int uid,
      int gid,
      List<Integer> groups,
      long capabilities,
      boolean mayIsolate,
      Map<Integer, Limit> limits,
      int oomScoreAdj,
      Optional<Integer> terminal) {
    private static final int CAP_SETUID = 7;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_CHECKPOINT_RESTORE = 40;

    /** Copies the collections. */
    public Caller {
      groups = List.copyOf(groups);
      limits = Map.copyOf(limits);
    }

    /** True when the capability is effective. */
    public boolean has(int capability) {
      return (capabilities >>> capability & 1) != 0;
    }

    /** True when a task may be created with a chosen tid, clone(2) set_tid. */
    public boolean mayChoosePid() {
      return has(CAP_CHECKPOINT_RESTORE) || has(CAP_SYS_ADMIN);
    }

    /** True when other user ids may be taken. */
    public boolean mayChangeUser() {
      return has(CAP_SETUID);
    }

    /** True when namespaces may be made without a user namespace. */
    public boolean mayMakeNamespaces() {
      return has(CAP_SYS_ADMIN);
    }
  }

  /** True when a mapped range of a file reads here as it did there. */
  public boolean provesRange(ProcessState process, int index) {
    Optional<Digest> recorded = process.vmas().get(index).digest();
    Digest here = rangeDigests.get(new MappedRange(process.pid(), index));
    return recorded.isPresent() && recorded.get().equals(here);
  }

  /** The opened file of this id; empty when it was not found or not looked for. */
  public Optional<OpenedFile> opened(int file) {
    return files.get(file) instanceof FileLookup.Found found
        ? Optional.of(found.file())
        : Optional.empty();
  }
}
