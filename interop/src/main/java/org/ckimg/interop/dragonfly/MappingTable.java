package org.ckimg.interop.dragonfly;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.interop.core.Segment;
import org.ckimg.interop.core.SegmentMemory;
import org.ckimg.spec.model.Vma;

/**
 * Mappings from both tables. A mapping of a file may be in the memory too; what is there comes
 * later when a program is thawed, and counts.
 */
final class MappingTable {
  private final HandleTable handles;
  private final List<Vma> vmas = new ArrayList<>();

  MappingTable(HandleTable handles) {
    this.handles = handles;
  }

  /**
   * All mappings, by address.
   *
   * @param segments by address, disjoint
   * @param files by address, disjoint
   */
  List<Vma> build(List<Segment> segments, List<MappedFile> files) {
    int next = 0;
    for (Segment segment : segments) {
      while (next < files.size() && files.get(next).endPage() <= segment.firstPage()) {
        next++;
      }
      Optional<MappedFile> file =
          next < files.size()
              ? Optional.of(files.get(next)).filter(f -> covers(f, segment))
              : Optional.empty();
      vmas.add(
          vma(
              segment.firstPage(),
              segment.numPages(),
              segment.protection(),
              segment.storedPages() > 0,
              file));
    }
    addRest(segments, files);
    vmas.sort(Comparator.comparingLong(Vma::firstPage));
    return vmas;
  }

  private static boolean covers(MappedFile file, Segment segment) {
    return file.firstPage() <= segment.firstPage() && file.endPage() >= segment.endPage();
  }

  /** Pages of files that are not in the memory. */
  private void addRest(List<Segment> segments, List<MappedFile> files) {
    int next = 0;
    for (MappedFile file : files) {
      long page = file.firstPage();
      while (next < segments.size() && segments.get(next).endPage() <= page) {
        next++;
      }
      for (int at = next; page < file.endPage(); at++) {
        boolean last = at >= segments.size();
        long until = last ? file.endPage() : Math.min(segments.get(at).firstPage(), file.endPage());
        if (until > page) {
          vmas.add(vma(page, until - page, file.protection(), false, Optional.of(file)));
        }
        page = last ? file.endPage() : Math.max(page, segments.get(at).endPage());
      }
    }
  }

  private Vma vma(
      long first, long count, int protection, boolean stored, Optional<MappedFile> file) {
    return new Vma(
        file.isPresent() ? Vma.Kind.FILE : Vma.Kind.ANONYMOUS,
        first,
        count,
        protection,
        Set.of(),
        stored ? OptionalInt.of(SegmentMemory.OBJECT) : OptionalInt.empty(),
        stored ? first : 0,
        file.isPresent() ? OptionalInt.of(handles.id(file.get().handle())) : OptionalInt.empty(),
        0,
        Optional.empty(),
        Optional.empty());
  }
}
