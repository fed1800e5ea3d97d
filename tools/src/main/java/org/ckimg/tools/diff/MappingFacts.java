package org.ckimg.tools.diff;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.ckimg.interop.FormatKnowledge;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.input.Subject;

/** What is known of mappings. A core knows no more than addresses, protections and files. */
final class MappingFacts {
  /** Whether a mapping has once been writable is the kernel's own account. */
  private static final Set<VmaFlag> NOT_THE_PROGRAMS =
      EnumSet.of(VmaFlag.SHARED, VmaFlag.ACCOUNTED);

  private final Subject subject;
  private final FormatKnowledge knowledge;

  MappingFacts(Subject subject) {
    this.subject = subject;
    this.knowledge = FormatKnowledge.of(subject.source());
  }

  /**
   * True when the image may have pages that the program never wrote to, so that a page which it has
   * and another image leaves to its file need not differ.
   */
  boolean carriesFiles() {
    return !knowledge.kinds();
  }

  /**
   * All but the protection.
   *
   * @param page of the address range, where the offset in the file is taken
   * @param others what the image that this is compared with knows
   */
  Facts of(Vma vma, long page, MappingFacts others) {
    Facts facts = new Facts();
    Optional<FileFacts> file = Mappings.file(subject.checkpoint(), vma);
    if (knowledge.kinds()) {
      facts.put("kind", vma.kind().name().toLowerCase(Locale.ROOT));
      facts.put("shared", vma.shared());
      facts.put("name", vma.name());
      Set<VmaFlag> flags = EnumSet.noneOf(VmaFlag.class);
      flags.addAll(vma.flags());
      flags.retainAll(knowledge.flags());
      flags.retainAll(others.knowledge.flags());
      flags.removeAll(NOT_THE_PROGRAMS);
      facts.put("flags", flags);
    }
    facts.put("path", file.map(FileFacts::path));
    if (vma.shared() && vma.object().isPresent()) {
      facts.put("objectBytes", length(vma.object().getAsInt()));
    }
    if (vma.kind() == Vma.Kind.FILE) {
      facts.put("offset", vma.filePage() + page - vma.firstPage());
      facts.put("deleted", file.map(FileFacts::deleted));
      facts.put("inode", file.flatMap(FileFacts::inode));
    }
    return facts;
  }

  private Optional<Long> length(int object) {
    return object <= subject.checkpoint().objects().size()
        ? Optional.of(subject.checkpoint().object(object).length())
        : Optional.empty();
  }
}
