package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.proc.Maps;
import org.ckimg.linux.proc.PageScan;
import org.ckimg.linux.proc.Segment;
import org.ckimg.linux.proc.Smaps;
import org.ckimg.linux.proc.VmFlags;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/**
 * The mappings of a process. Collected once before the stop, which reads the flags and hashes the
 * mapped files, and once in it, which then finds nearly everything known.
 */
final class AreaCollector {
  private static final Map<String, VmaFlag> FLAGS =
      Map.ofEntries(
          Map.entry("gd", VmaFlag.GROWSDOWN),
          Map.entry("nr", VmaFlag.NORESERVE),
          Map.entry("hg", VmaFlag.HUGEPAGE),
          Map.entry("nh", VmaFlag.NOHUGEPAGE),
          Map.entry("dc", VmaFlag.DONTFORK),
          Map.entry("wf", VmaFlag.WIPEONFORK),
          Map.entry("lo", VmaFlag.LOCKED),
          Map.entry("lf", VmaFlag.LOCKED_ONFAULT),
          Map.entry("dd", VmaFlag.DONTDUMP),
          Map.entry("mg", VmaFlag.MERGEABLE),
          Map.entry("rr", VmaFlag.RANDOM),
          Map.entry("sr", VmaFlag.SEQUENTIAL),
          Map.entry("sl", VmaFlag.SEALED),
          Map.entry("ac", VmaFlag.ACCOUNTED));

  private static final String WRITE_TRACKING = "uw";
  private static final String GUARDED = "gu";
  private static final int PAGE_SHIFT = 12;
  private static final int S_IFMT = 0170000;
  private static final int S_IFREG = 0100000;

  private static final Map<String, String> REFUSED =
      Map.of(
          "io",
          "device memory",
          "pf",
          "device memory",
          "ht",
          "huge page file",
          "um",
          "userfaultfd",
          WRITE_TRACKING,
          "userfaultfd",
          "ss",
          "shadow stack",
          Smaps.PROTECTION_KEY,
          "protection key");

  /** What looks like a file that was deleted, and is an object of the kernel. */
  private static final Map<String, String> KERNEL_OBJECTS =
      Map.of("/[aio] (deleted)", "ring of io_setup(2)", "/secretmem (deleted)", "secret memory");

  private final int pid;
  private final FileTable files;
  private final boolean tracked;
  private final RangeDigests digests;
  private final Map<String, Integer> fileIds = new HashMap<>();
  private List<VmFlags> flags = List.of();

  /**
   * A collector of the mappings of one process.
   *
   * @param digests of file ranges that are known
   * @param tracked true when it is the tool that tracks writes by userfaultfd(2)
   */
  AreaCollector(int pid, FileTable files, RangeDigests digests, boolean tracked) {
    this.digests = digests;
    this.tracked = tracked;
    this.pid = pid;
    this.files = files;
  }

  /** The mappings now; what cannot be captured goes to {@code refusals}. */
  List<Area> collect(Refusals refusals) throws IOException {
    digests.lookAgain();
    List<Mapping> mappings = Maps.read(pid);
    if (!fits(mappings, flags)) {
      flags = Smaps.read(pid);
      mappings = Maps.read(pid);
    }
    List<Area> areas = new ArrayList<>();
    for (int i = 0; i < mappings.size(); i++) {
      Set<String> letters = letters(mappings.get(i), i);
      if (letters.contains(GUARDED)) {
        addGuarded(mappings.get(i), letters, areas, refusals);
      } else {
        areas.add(area(mappings.get(i), letters, refusals));
      }
    }
    return areas;
  }

  /** Not known of a program that maps or executes something meanwhile; in the stop nobody does. */
  private Set<String> letters(Mapping mapping, int index) {
    return index < flags.size() && isOf(flags.get(index), mapping)
        ? flags.get(index).flags()
        : Set.of();
  }

  /**
   * Guard pages and what lies between them are areas of their own; once mapped they are one again.
   */
  private void addGuarded(Mapping mapping, Set<String> letters, List<Area> areas, Refusals refusals)
      throws IOException {
    long[] done = {mapping.start()};
    try (PageScan scan = PageScan.open(pid)) {
      boolean told =
          scan.guards(
              mapping.start(),
              mapping.end(),
              (address, pages) -> {
                long end = address + (pages << PAGE_SHIFT);
                addPart(mapping, done[0], address, letters, areas, refusals);
                areas.add(area(mapping.part(address, end), letters, refusals).guarded());
                done[0] = end;
              });
      String subject = "mapping 0x%x".formatted(mapping.start());
      if (!told) {
        refusals.add(subject, "guard pages of MADV_GUARD_INSTALL, which this kernel does not show");
      } else if (kind(mapping) == Vma.Kind.SHM) {
        refusals.add(subject, "guard pages of MADV_GUARD_INSTALL over shared memory");
      }
    }
    addPart(mapping, done[0], mapping.end(), letters, areas, refusals);
  }

  private void addPart(
      Mapping mapping,
      long start,
      long end,
      Set<String> letters,
      List<Area> areas,
      Refusals refusals)
      throws IOException {
    if (end > start) {
      areas.add(area(mapping.part(start, end), letters, refusals));
    }
  }

  private static boolean fits(List<Mapping> mappings, List<VmFlags> flags) {
    if (mappings.size() != flags.size()) {
      return false;
    }
    for (int i = 0; i < flags.size(); i++) {
      if (!isOf(flags.get(i), mappings.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOf(VmFlags flags, Mapping mapping) {
    return flags.start() == mapping.start() && flags.end() == mapping.end();
  }

  private Area area(Mapping mapping, Set<String> letters, Refusals refusals) throws IOException {
    Vma.Kind kind = kind(mapping);
    Set<VmaFlag> found = EnumSet.noneOf(VmaFlag.class);
    letters.forEach(letter -> {
      if (FLAGS.containsKey(letter)) {
        found.add(FLAGS.get(letter));
      }
    });
    if (mapping.shared()) {
      found.add(VmaFlag.SHARED);
      if (letters.contains("mw")) {
        found.add(VmaFlag.MAY_WRITE);
      }
    }
    Area bare = new Area(mapping, kind, found, OptionalInt.empty(), Optional.empty());
    if (bare.isKernels()) {
      return bare;
    }
    refuse(mapping, kind, letters, refusals);
    return switch (kind) {
      case FILE, MEMFD, SYSV -> withFile(bare, refusals);
      default -> bare;
    };
  }

  private static Vma.Kind kind(Mapping mapping) {
    String path = mapping.pathText();
    return switch (path) {
      case "" -> Vma.Kind.ANONYMOUS;
      case "[stack]" -> Vma.Kind.STACK;
      case "[heap]" -> Vma.Kind.HEAP;
      case "[vdso]" -> Vma.Kind.VDSO;
      case "[vvar]", "[vvar_vclock]" -> Vma.Kind.VVAR;
      case "[vsyscall]" -> Vma.Kind.VSYSCALL;
      case "/dev/zero (deleted)" -> Vma.Kind.SHM;
      default -> {
        if (path.startsWith("[anon")) {
          yield mapping.shared() ? Vma.Kind.SHM : Vma.Kind.ANONYMOUS;
        }
        if (path.startsWith(DescriptorKind.MEMORY_FILE)) {
          yield Vma.Kind.MEMFD;
        }
        if (path.startsWith("/SYSV")) {
          yield Vma.Kind.SYSV;
        }
        if (KERNEL_OBJECTS.containsKey(path)) {
          yield Vma.Kind.OTHER;
        }
        yield path.startsWith("/") ? Vma.Kind.FILE : Vma.Kind.OTHER;
      }
    };
  }

  private void refuse(Mapping mapping, Vma.Kind kind, Set<String> letters, Refusals refusals) {
    String subject = "mapping 0x%x".formatted(mapping.start());
    if (kind == Vma.Kind.OTHER) {
      String path = mapping.pathText();
      refusals.add(subject, KERNEL_OBJECTS.getOrDefault(path, path));
      return;
    }
    REFUSED.entrySet().stream()
        .filter(entry -> letters.contains(entry.getKey()))
        .filter(entry -> !(tracked && entry.getKey().equals(WRITE_TRACKING)))
        .findFirst()
        .ifPresent(entry -> refusals.add(subject, entry.getValue()));
  }

  private Area withFile(Area area, Refusals refusals) throws IOException {
    Mapping mapping = area.mapping();
    String key = mapping.pathText() + "\0" + mapping.inode();
    Integer id = fileIds.get(key);
    if (id == null) {
      Optional<FileFacts> found =
          area.kind() == Vma.Kind.SYSV ? segment(mapping, refusals) : find(mapping, refusals);
      if (found.isEmpty()) {
        return area;
      }
      id = found.get().id();
      fileIds.put(key, id);
    }
    FileFacts file = files.get(id);
    return new Area(
        mapping,
        area.kind(),
        area.flags(),
        OptionalInt.of(id),
        file.deleted() ? Optional.empty() : digest(area, file));
  }

  private Optional<FileFacts> find(Mapping mapping, Refusals refusals) throws IOException {
    String subject = "mapping 0x%x".formatted(mapping.start());
    boolean there = isThere(mapping);
    if (!there && !FileTable.isMarked(mapping)) {
      refusals.add(subject, "the mapped file %s was replaced".formatted(mapping.pathText()));
      return Optional.empty();
    }
    FileFacts file = there ? files.addPath(mapping.path()) : files.addLost(pid, mapping);
    if (file.mode().isPresent() && (file.mode().getAsInt() & S_IFMT) != S_IFREG) {
      refusals.add(subject, "device " + mapping.pathText());
      return Optional.empty();
    }
    return Optional.of(file);
  }

  private Optional<FileFacts> segment(Mapping mapping, Refusals refusals) throws IOException {
    String subject = "mapping 0x%x".formatted(mapping.start());
    Optional<Segment> found =
        Segment.all().stream().filter(segment -> segment.id() == mapping.inode()).findFirst();
    if (found.isEmpty()) {
      refusals.add(subject, "System V shared memory that is not listed");
    } else if ((found.get().mode() & Segment.LOCKED) != 0) {
      refusals.add(subject, "locked System V shared memory");
    }
    return found.map(segment -> files.addSegment(mapping, segment));
  }

  /** False when another file has the name now, or none. */
  private static boolean isThere(Mapping mapping) {
    try {
      return FileCalls.status(mapping.path()).inode() == mapping.inode();
    } catch (SyscallException e) {
      return false;
    }
  }

  /** What others may write is hashed anew in the stop. */
  private Optional<Digest> digest(Area area, FileFacts file) throws IOException {
    Mapping mapping = area.mapping();
    long length = mapping.end() - mapping.start();
    return area.flags().contains(VmaFlag.MAY_WRITE)
        ? digests.fresh(file, mapping.fileOffset(), length)
        : digests.of(file, mapping.fileOffset(), length);
  }
}
