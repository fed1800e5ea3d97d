package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.proc.Segment;
import org.ckimg.linux.proc.SharedMemory;
import org.ckimg.spec.model.Vma;

/**
 * Refuses memory that processes of the tree share with others: it would come back as another one.
 */
final class SharedOutside {
  private final OtherHolders others;
  private final Map<Long, List<Area>> byInode = new LinkedHashMap<>();

  private SharedOutside(OtherHolders others) {
    this.others = others;
  }

  /** Looks through the other processes, if the tree has such memory at all. */
  static void refuse(List<Member> members, OtherHolders others, Refusals refusals)
      throws IOException {
    SharedOutside shared = new SharedOutside(others);
    for (Member member : members) {
      for (Area area : member.areas()) {
        if (SharedMemory.isOne(area.mapping())) {
          shared
              .byInode
              .computeIfAbsent(area.mapping().inode(), inode -> new ArrayList<>())
              .add(area);
        }
      }
    }
    for (List<Area> areas : shared.byInode.values()) {
      shared.refuse(areas, refusals);
    }
  }

  private void refuse(List<Area> areas, Refusals refusals) throws IOException {
    Mapping first = areas.getFirst().mapping();
    String subject = "mapping 0x%x".formatted(first.start());
    Optional<Integer> other = others.mapper(first);
    if (other.isPresent()) {
      refusals.add(
          subject,
          "shared memory %s, which process %d maps too".formatted(first.pathText(), other.get()));
    } else if (areas.getFirst().kind() == Vma.Kind.SYSV) {
      refuseSegment(areas, subject, refusals);
    }
  }

  /** The kernel counts mappings, also of those who cannot be looked into. */
  private static void refuseSegment(List<Area> areas, String subject, Refusals refusals)
      throws IOException {
    Mapping first = areas.getFirst().mapping();
    for (Segment segment : Segment.all()) {
      if (segment.id() != first.inode()) {
        continue;
      }
      if (segment.attached() > areas.size()) {
        refusals.add(subject, "shared memory %s, which others map too".formatted(first.pathText()));
      } else if (FileContent.Mapped.seen(byOffset(areas)) < segment.bytes()) {
        refusals.add(
            subject,
            "shared memory %s, a part of which is mapped nowhere".formatted(first.pathText()));
      }
    }
  }

  private static List<Mapping> byOffset(List<Area> areas) {
    return areas.stream()
        .map(Area::mapping)
        .sorted(Comparator.comparingLong(Mapping::fileOffset))
        .toList();
  }
}
