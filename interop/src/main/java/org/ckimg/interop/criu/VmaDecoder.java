package org.ckimg.interop.criu;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.VmaEntry;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/** The mappings of a task. */
final class VmaDecoder {
  private static final int MAP_TYPE = 3;
  private static final int MAP_PRIVATE = 2;
  private static final int PROTECTION = 7;
  private static final int ACCESS_MODE = 3;

  private static final Map<Integer, VmaFlag> BY_MAP_FLAG =
      Map.of(
          0x100, VmaFlag.GROWSDOWN,
          0x2000, VmaFlag.LOCKED,
          0x4000, VmaFlag.NORESERVE);

  private static final Map<Integer, VmaFlag> BY_ADVICE =
      Map.of(
          1, VmaFlag.RANDOM,
          2, VmaFlag.SEQUENTIAL,
          10, VmaFlag.DONTFORK,
          12, VmaFlag.MERGEABLE,
          14, VmaFlag.HUGEPAGE,
          15, VmaFlag.NOHUGEPAGE,
          16, VmaFlag.DONTDUMP,
          18, VmaFlag.WIPEONFORK);

  private static final Map<VmaStatus, Vma.Kind> KINDS =
      new EnumMap<>(
          Map.of(
              VmaStatus.VSYSCALL, Vma.Kind.VSYSCALL,
              VmaStatus.VDSO, Vma.Kind.VDSO,
              VmaStatus.VVAR, Vma.Kind.VVAR,
              VmaStatus.HEAP, Vma.Kind.HEAP,
              VmaStatus.STACK, Vma.Kind.STACK,
              VmaStatus.SYSV, Vma.Kind.SYSV,
              VmaStatus.ANON_SHARED, Vma.Kind.SHM));

  private static final Map<VmaStatus, String> SPECIAL_NAMES =
      new EnumMap<>(
          Map.of(
              VmaStatus.AIO_RING, "/[aio]",
              VmaStatus.SHADOW_STACK, "[shadow stack]",
              VmaStatus.UPROBES, "[uprobes]",
              VmaStatus.SOCKET, "socket",
              VmaStatus.PLUGIN, "of a plugin"));

  private final FileTable files;
  private final SharedMemory shared;
  private final int pageShift;

  VmaDecoder(FileTable files, SharedMemory shared, int pageShift) {
    this.files = files;
    this.shared = shared;
    this.pageShift = pageShift;
  }

  /** The mappings; what looks like one and only tells of guard pages becomes a flag of the rest. */
  List<Vma> decode(Task task, Optional<ObjectTable.Slot> own) throws MalformedImageException {
    TreeMap<Long, Long> guards = new TreeMap<>();
    for (Entry<VmaEntry> vma : task.vmas()) {
      if (VmaStatus.GUARD.in(vma.message())) {
        guards.put(firstPage(vma), endPage(vma));
      }
    }
    List<Vma> vmas = new ArrayList<>();
    for (Entry<VmaEntry> vma : task.vmas()) {
      if (!VmaStatus.GUARD.in(vma.message())) {
        Vma next = vma(task, vma, own, guards);
        if (!vmas.isEmpty() && next.firstPage() < vmas.getLast().endPage()) {
          throw vma.malformed(
              CriuRule.VMAS, "0x%x is not behind the mapping before".formatted(start(vma)));
        }
        vmas.add(next);
      }
    }
    return vmas;
  }

  private static long start(Entry<VmaEntry> vma) {
    return vma.message().getStart();
  }

  private long firstPage(Entry<VmaEntry> vma) throws MalformedImageException {
    return page(vma, start(vma));
  }

  private long endPage(Entry<VmaEntry> vma) throws MalformedImageException {
    long end = page(vma, vma.message().getEnd());
    if (end <= page(vma, start(vma))) {
      throw vma.malformed(
          CriuRule.VMAS,
          "a mapping from 0x%x to 0x%x".formatted(start(vma), vma.message().getEnd()));
    }
    return end;
  }

  private long page(Entry<VmaEntry> vma, long address) throws MalformedImageException {
    if ((address & (1L << pageShift) - 1) != 0) {
      throw vma.malformed(CriuRule.VMAS, "0x%x is no start of a page".formatted(address));
    }
    return address >>> pageShift;
  }

  private Vma vma(
      Task task, Entry<VmaEntry> entry, Optional<ObjectTable.Slot> own, TreeMap<Long, Long> guards)
      throws MalformedImageException {
    VmaEntry vma = entry.message();
    long first = firstPage(entry);
    long end = endPage(entry);
    long offset = page(entry, vma.getPgoff());
    Vma.Kind kind = kind(task, entry);
    Set<VmaFlag> flags = flags(vma);
    Map.Entry<Long, Long> guard = guards.floorEntry(end - 1);
    if (guard != null && guard.getValue() > first) {
      flags.add(VmaFlag.GUARD);
    }
    Optional<ObjectTable.Slot> common =
        flags.contains(VmaFlag.SHARED) ? common(entry, kind) : Optional.empty();
    boolean ownPages = common.isEmpty() && own.isPresent() && meets(own.get(), first, end);
    if (ownPages && wasWritable(vma.getProt(), flags)) {
      flags.add(VmaFlag.ACCOUNTED);
    }
    OptionalInt object =
        ownPages
            ? OptionalInt.of(own.get().id())
            : common.map(slot -> OptionalInt.of(slot.id())).orElse(OptionalInt.empty());
    OptionalInt file =
        kind == Vma.Kind.FILE || kind == Vma.Kind.MEMFD
            ? OptionalInt.of(files.of(entry, fileId(vma)))
            : OptionalInt.empty();
    return new Vma(
        kind,
        first,
        end - first,
        vma.getProt() & PROTECTION,
        flags,
        object,
        ownPages ? first : common.isPresent() ? offset : 0,
        file,
        file.isPresent() ? offset : 0,
        Optional.empty(),
        name(vma, kind));
  }

  /**
   * True for a private mapping that cannot be written, although it has pages of its own: they were
   * written while it could be. The kernel counts it since then, and keeps it apart from a neighbour
   * that it does not count; CRIU restores it the same way.
   */
  private static boolean wasWritable(int protection, Set<VmaFlag> flags) {
    return (protection & Vma.WRITE) == 0 && !flags.contains(VmaFlag.NORESERVE);
  }

  private static boolean meets(ObjectTable.Slot own, long first, long end) {
    PageRuns pages = own.store().pages();
    int run = pages.floor(end - 1);
    return run >= 0 && pages.end(run) > first;
  }

  private static int fileId(VmaEntry vma) {
    return (int) vma.getShmid();
  }

  private Optional<ObjectTable.Slot> common(Entry<VmaEntry> entry, Vma.Kind kind)
      throws MalformedImageException {
    VmaEntry vma = entry.message();
    if (VmaStatus.MEMFD.in(vma)) {
      Entry<FileEntry> file = files.images().file(entry, fileId(vma));
      return Optional.of(shared.ofMemfd(file.message().getMemfd().getInodeId()));
    }
    return kind == Vma.Kind.SHM || kind == Vma.Kind.SYSV
        ? Optional.of(shared.of(vma))
        : Optional.empty();
  }

  private Vma.Kind kind(Task task, Entry<VmaEntry> entry) throws MalformedImageException {
    VmaEntry vma = entry.message();
    if (VmaStatus.MEMFD.in(vma)) {
      Entry<FileEntry> file = files.images().file(entry, fileId(vma));
      return SharedMemory.isAnonymous(files.images().memfd(file).message())
          ? Vma.Kind.SHM
          : Vma.Kind.MEMFD;
    }
    for (Map.Entry<VmaStatus, Vma.Kind> known : KINDS.entrySet()) {
      if (known.getKey().in(vma)) {
        return known.getValue();
      }
    }
    if (VmaStatus.FILE_PRIVATE.in(vma) || VmaStatus.FILE_SHARED.in(vma)) {
      return Vma.Kind.FILE;
    }
    if (specialName(vma).isPresent() || !VmaStatus.ANON_PRIVATE.in(vma)) {
      return Vma.Kind.OTHER;
    }
    return isStack(task, vma) ? Vma.Kind.STACK : Vma.Kind.ANONYMOUS;
  }

  /** As /proc tells it: the mapping that the program's stack started in. */
  private static boolean isStack(Task task, VmaEntry vma) {
    long start = task.mm().orElseThrow().message().getStartStack();
    return Long.compareUnsigned(vma.getStart(), start) <= 0
        && Long.compareUnsigned(start, vma.getEnd()) < 0;
  }

  private static Optional<String> specialName(VmaEntry vma) {
    return SPECIAL_NAMES.entrySet().stream()
        .filter(known -> known.getKey().in(vma))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static Optional<Bytes> name(VmaEntry vma, Vma.Kind kind) {
    return kind == Vma.Kind.OTHER
        ? Optional.of(Bytes.utf8(specialName(vma).orElse("unknown")))
        : Optional.empty();
  }

  private static Set<VmaFlag> flags(VmaEntry vma) {
    Set<VmaFlag> flags = EnumSet.noneOf(VmaFlag.class);
    BY_MAP_FLAG.forEach((bit, flag) -> {
      if ((vma.getFlags() & bit) != 0) {
        flags.add(flag);
      }
    });
    BY_ADVICE.forEach((advice, flag) -> {
      if ((vma.getMadv() & 1L << advice) != 0) {
        flags.add(flag);
      }
    });
    if ((vma.getFlags() & MAP_TYPE) != MAP_PRIVATE) {
      flags.add(VmaFlag.SHARED);
      // What no file is behind is open for both.
      if ((vma.getFdflags() & ACCESS_MODE) != 0 || VmaStatus.ANON_SHARED.in(vma)) {
        flags.add(VmaFlag.MAY_WRITE);
      }
    }
    return flags;
  }
}
