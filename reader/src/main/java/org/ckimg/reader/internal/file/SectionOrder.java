package org.ckimg.reader.internal.file;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.ckimg.reader.SectionInfo;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;

/** Follows the sections of a file: which there are, in which order, with which flags. */
public final class SectionOrder {
  private static final Set<SectionType> REQUIRED =
      EnumSet.of(SectionType.SYSTEM, SectionType.PROCESSES);

  private final Findings findings;
  private final Set<SectionType> seen = EnumSet.noneOf(SectionType.class);
  private SectionInfo previous;
  private boolean isBehindGap;

  /** Reports to {@code findings}. */
  public SectionOrder(Findings findings) {
    this.findings = findings;
  }

  /** Takes the next section that could be read. */
  public void section(SectionInfo section) throws ImageException {
    section.known().ifPresent(seen::add);
    if (section.is(SectionType.DIRECTORY)) {
      broken(section, Rule.SEC_15, "the directory is there twice");
    }
    checkFlags(section);
    if (previous == null || previous.type() != section.type()) {
      checkFirst(section);
    } else {
      checkNext(section);
    }
    previous = section;
    isBehindGap = false;
  }

  /** A section could not be read: the next one is not compared with what was before. */
  public void gap() {
    previous = null;
    isBehindGap = true;
  }

  private void checkFlags(SectionInfo section) throws ImageException {
    Optional<SectionType> known = section.known();
    if (known.isEmpty()) {
      if ((section.flags() & Format.FLAG_CRITICAL) != 0) {
        broken(
            section, Rule.SEC_13, "type %#x is critical and not known".formatted(section.type()));
      }
      return;
    }
    int expected = known.get().critical() ? Format.FLAG_CRITICAL : 0;
    int allowed = known.get().isTable() ? Format.FLAG_MORE : 0;
    if ((section.flags() & ~allowed) != expected) {
      String text = "flags is %d, %d expected".formatted(section.flags(), expected);
      broken(section, Rule.SEC_14, text);
    }
  }

  private void checkFirst(SectionInfo section) throws ImageException {
    if (previous != null) {
      checkLastPart();
      if (section.type() < previous.type()) {
        broken(section, Rule.SEC_12, "the section stands behind " + previous.name());
      }
    }
    if (!isBehindGap && isTable(section) && section.item() != 0) {
      broken(section, Rule.SEC_15, "part 0 is missing");
    }
  }

  private void checkLastPart() throws ImageException {
    if (isTable(previous) && (previous.flags() & Format.FLAG_MORE) != 0) {
      broken(previous, Rule.SEC_14, "flags say that another part follows");
    }
  }

  private void checkNext(SectionInfo section) throws ImageException {
    int order = Integer.compareUnsigned(previous.item(), section.item());
    if (order > 0) {
      broken(section, Rule.SEC_12, "the section stands behind " + previous.name());
    } else if (isTable(section) && order == 0) {
      broken(section, Rule.SEC_15, "the section is there twice");
    } else if (isTable(section) && previous.item() + 1 != section.item()) {
      broken(section, Rule.SEC_15, "part %d is missing".formatted(previous.item() + 1));
    } else if (isTable(section) && (previous.flags() & Format.FLAG_MORE) == 0) {
      broken(previous, Rule.SEC_14, "flags say that no other part follows");
    }
  }

  private static boolean isTable(SectionInfo section) {
    return section.known().filter(SectionType::isTable).isPresent();
  }

  /**
   * No section follows.
   *
   * @param directory where the directory is, for what is missing
   * @param unread whether a section of a type may be among those that could not be read
   */
  public void end(long directory, Predicate<SectionType> unread) throws ImageException {
    if (previous != null) {
      checkLastPart();
    }
    for (SectionType type : REQUIRED) {
      if (!seen.contains(type) && !unread.test(type)) {
        findings.add(Rule.SEC_15, "DIRECTORY", directory, "there is no " + type);
      }
    }
  }

  private void broken(SectionInfo section, Rule rule, String text) throws ImageException {
    findings.add(rule, section.name(), section.offset(), text);
  }
}
