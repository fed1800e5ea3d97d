package org.ckimg.dumper;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.proc.SharedMemory;

/**
 * Refuses memory that processes of the tree share with others: it would come back as another one.
 */
final class SharedOutside {
  private SharedOutside() {}

  /** Looks through the other processes, if the tree has such memory at all. */
  static void refuse(List<Member> members, OtherHolders others, Refusals refusals)
      throws IOException {
    Set<Long> asked = new HashSet<>();
    for (Member member : members) {
      for (Area area : member.areas()) {
        Mapping mapping = area.mapping();
        if (SharedMemory.isOne(mapping) && asked.add(mapping.inode())) {
          refuse(member, mapping, others.mapper(mapping), members.size() > 1, refusals);
        }
      }
    }
  }

  private static void refuse(
      Member member, Mapping mapping, Optional<Integer> other, boolean tree, Refusals refusals) {
    if (other.isPresent()) {
      (tree ? refusals.of(member.pid()) : refusals)
          .add(
              "mapping 0x%x".formatted(mapping.start()),
              "shared memory %s, which process %d maps too"
                  .formatted(mapping.pathText(), other.get()));
    }
  }
}
