package org.ckimg.interop.criu.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ckimg.interop.criu.VmaStatus;
import org.ckimg.interop.criu.proto.VmaEntry;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/** Mappings of a task. */
final class VmaEncoder {
  private static final int REGULAR = 1;
  private static final int MAP_SHARED = 1;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int O_RDWR = 2;

  private static final Map<VmaFlag, Integer> MAP_FLAGS =
      Map.of(
          VmaFlag.GROWSDOWN, 0x100,
          VmaFlag.LOCKED, 0x2000,
          VmaFlag.NORESERVE, 0x4000);

  /** By the number that madvise(2) takes. */
  private static final Map<VmaFlag, Integer> ADVICE =
      Map.of(
          VmaFlag.RANDOM, 1,
          VmaFlag.SEQUENTIAL, 2,
          VmaFlag.DONTFORK, 10,
          VmaFlag.MERGEABLE, 12,
          VmaFlag.HUGEPAGE, 14,
          VmaFlag.NOHUGEPAGE, 15,
          VmaFlag.DONTDUMP, 16,
          VmaFlag.WIPEONFORK, 18);

  private final FileNumbers numbers;
  private final int pageShift;

  VmaEncoder(FileNumbers numbers, int pageShift) {
    this.numbers = numbers;
    this.pageShift = pageShift;
  }

  /** All mappings; CRIU knows the data of the vdso as one. */
  List<VmaEntry> encode(List<Vma> vmas) {
    List<VmaEntry> entries = new ArrayList<>();
    Vma last = null;
    for (Vma vma : vmas) {
      boolean more =
          last != null
              && last.kind() == Vma.Kind.VVAR
              && vma.kind() == Vma.Kind.VVAR
              && last.endPage() == vma.firstPage();
      if (more) {
        VmaEntry joined = entries.removeLast();
        entries.add(joined.toBuilder().setEnd(vma.endPage() << pageShift).build());
      } else {
        entries.add(encode(vma));
      }
      last = vma;
    }
    return entries;
  }

  private VmaEntry encode(Vma vma) {
    VmaEntry.Builder entry =
        VmaEntry.newBuilder()
            .setStart(vma.firstPage() << pageShift)
            .setEnd(vma.endPage() << pageShift)
            .setPgoff(offset(vma))
            .setShmid(number(vma))
            .setProt(vma.protection())
            .setFlags(flags(vma))
            .setStatus(status(vma))
            .setFd(-1);
    long advice = advice(vma);
    if (advice != 0) {
      entry.setMadv(advice);
    }
    if (vma.kind() == Vma.Kind.FILE || vma.kind() == Vma.Kind.MEMFD) {
      entry.setFdflags(vma.flags().contains(VmaFlag.MAY_WRITE) ? O_RDWR : 0);
    }
    return entry.build();
  }

  private long offset(Vma vma) {
    return switch (vma.kind()) {
      case FILE, MEMFD -> vma.filePage() << pageShift;
      case SHM -> vma.objectPage() << pageShift;
      default -> 0;
    };
  }

  private int number(Vma vma) {
    return switch (vma.kind()) {
      case FILE, MEMFD -> numbers.used(vma.file().orElseThrow());
      case SHM -> vma.object().orElseThrow();
      default -> 0;
    };
  }

  private static int flags(Vma vma) {
    boolean anonymous = vma.kind() != Vma.Kind.FILE && vma.kind() != Vma.Kind.MEMFD;
    int flags = (vma.shared() ? MAP_SHARED : MAP_PRIVATE) | (anonymous ? MAP_ANONYMOUS : 0);
    for (VmaFlag flag : vma.flags()) {
      flags |= MAP_FLAGS.getOrDefault(flag, 0);
    }
    return flags;
  }

  private static int status(Vma vma) {
    int own = REGULAR | VmaStatus.ANON_PRIVATE.mask();
    return switch (vma.kind()) {
      case FILE -> ofFile(vma);
      case MEMFD -> ofFile(vma) | VmaStatus.MEMFD.mask();
      case HEAP -> own | VmaStatus.HEAP.mask();
      case VDSO -> own | VmaStatus.VDSO.mask();
      case VVAR -> own | VmaStatus.VVAR.mask();
      // The one that CRIU does not make.
      case VSYSCALL -> VmaStatus.ANON_PRIVATE.mask() | VmaStatus.VSYSCALL.mask();
      case SHM -> REGULAR | VmaStatus.ANON_SHARED.mask();
      case ANONYMOUS, STACK, SYSV, OTHER -> own;
    };
  }

  private static int ofFile(Vma vma) {
    return REGULAR | (vma.shared() ? VmaStatus.FILE_SHARED : VmaStatus.FILE_PRIVATE).mask();
  }

  private static long advice(Vma vma) {
    long advice = 0;
    for (VmaFlag flag : vma.flags()) {
      advice |= ADVICE.containsKey(flag) ? 1L << ADVICE.get(flag) : 0;
    }
    return advice;
  }
}
