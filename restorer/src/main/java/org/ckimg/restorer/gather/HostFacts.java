package org.ckimg.restorer.gather;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.proc.FdInfo;
import org.ckimg.linux.proc.Segment;
import org.ckimg.restorer.tree.MemoryFiles;
import org.ckimg.restorer.tree.SharedSegment;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vdso;
import org.ckimg.spec.x86.XsaveLayout;

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
 * @param sockets names and addresses
 * @param rangeDigests of the mapped file ranges
 * @param ipc pipes, FIFOs, shared memory
 * @param guardPages true when the kernel has MADV_GUARD_INSTALL
 * @param locks that somebody holds here
 * @param room what memory the host has, and how much the image would fill
 * @param memory what the image's programs have where the kernel will lead them
 * @param owner whose file the image is, when that is neither the caller nor root
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
    SocketFacts sockets,
    Map<MappedRange, Digest> rangeDigests,
    IpcFacts ipc,
    boolean guardPages,
    List<FdInfo.Lock> locks,
    Room room,
    MemoryFacts memory,
    Optional<Owner> owner) {
  /** Copies the collections. */
  public HostFacts {
    cpuFeatures = Set.copyOf(cpuFeatures);
    takenTids = List.copyOf(takenTids);
    files = Map.copyOf(files);
    rangeDigests = Map.copyOf(rangeDigests);
    locks = List.copyOf(locks);
  }

  /**
   * A mapping of a file.
   *
   * @param pid of its process in the image
   * @param index in the process
   */
  public record MappedRange(int pid, int index) {}

  /**
   * Another user, who must not get more by an image than is theirs.
   *
   * @param groups that they are in
   */
  public record Owner(int uid, Set<Integer> groups) {
    /** Copies the set. */
    public Owner {
      groups = Set.copyOf(groups);
    }
  }

  /**
   * Memory, bytes.
   *
   * @param available of the host: its memory and its swap space, used or not
   * @param wanted of the pages that the image has
   */
  public record Room(long available, long wanted) {}

  /** Nanoseconds. */
  public record Clocks(long monotonic, long boottime) {}

  /**
   * Who asks.
   *
   * @param groups supplementary groups, ascending
   * @param capabilities effective, bit n is capability n
   * @param grantable those of them that a program may be given for its own ends: none where the
   *     image is a file of somebody else
   * @param bounding capabilities that it may have at all
   * @param securebits PR_GET_SECUREBITS
   * @param mayIsolate true when a user namespace with a pid namespace may be made
   * @param limits resource limits by number
   * @param oomScoreAdj of the caller
   * @param nice of the caller
   * @param terminal the caller's terminal: a descriptor among 0, 1, 2 that is one
   */
  public record Caller(
      int uid,
      int gid,
      List<Integer> groups,
      long capabilities,
      long grantable,
      long bounding,
      int securebits,
      boolean mayIsolate,
      Map<Integer, Limit> limits,
      int oomScoreAdj,
      int nice,
      Optional<Integer> terminal) {
    private static final int CAP_SETGID = 6;
    private static final int CAP_SETUID = 7;
    private static final int CAP_SETPCAP = 8;
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

    /** True when a program may be given what this capability gives. */
    public boolean mayGrant(int capability) {
      return (grantable >>> capability & 1) != 0;
    }

    /** True when a task may be created with a chosen tid, clone(2) set_tid. */
    public boolean mayChoosePid() {
      return has(CAP_CHECKPOINT_RESTORE) || has(CAP_SYS_ADMIN);
    }

    /** True when other users and groups may be taken. */
    public boolean mayChangeUser() {
      return has(CAP_SETUID) && has(CAP_SETGID);
    }

    /** True when rights may be given up for good: securebits, the bounding set. */
    public boolean mayGiveUpRights() {
      return has(CAP_SETPCAP);
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

  /**
   * Extended registers as this host's processor has them. An image that does not say how those of
   * its processor were laid out has them in one of the layouts that there are.
   */
  public Bytes extendedRegisters(Host image, Bytes area) {
    Optional<XsaveLayout> here = XsaveLayout.of(xcr0, xsaveBytes);
    return image.xsaveBytes().isPresent() || here.isEmpty()
        ? area
        : XsaveLayout.of(area)
            .map(layout -> layout.convert(area, here.get(), xsaveBytes))
            .orElse(area);
  }

  /** True for a file that is made anew with its recorded content, because it cannot be opened. */
  public boolean isMade(FileFacts file) {
    return opened(file.id()).isEmpty()
        && file.content().isPresent()
        && !MemoryFiles.isSegment(file);
  }

  /** A segment of System V shared memory that has the id or the key of one in the image. */
  public Optional<Segment> segmentLike(SharedSegment segment) {
    return ipc.segments().stream()
        .filter(
            here -> here.id() == segment.id() || segment.key() != 0 && here.key() == segment.key())
        .findFirst();
  }

  /** The opened file of this id; empty when it was not found or not looked for. */
  public Optional<OpenedFile> opened(int file) {
    return files.get(file) instanceof FileLookup.Found found
        ? Optional.of(found.file())
        : Optional.empty();
  }

  /** The path of a file; one that its handle led to is where it is now. */
  public Bytes pathHere(FileFacts file) {
    return files.get(file.id()) instanceof FileLookup.Found found
        ? found.movedTo().orElse(file.path())
        : file.path();
  }
}
