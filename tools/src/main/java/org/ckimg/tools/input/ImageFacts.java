package org.ckimg.tools.input;

import java.util.List;
import java.util.Optional;
import org.ckimg.interop.Annex;
import org.ckimg.interop.Container;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.Signature;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Format;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Digest;

/**
 * The container of a checkpoint.
 *
 * @param name what the user called it
 * @param format such as {@code ckimg}
 * @param identity root digest; absent when the image is incomplete or has none
 * @param lengthBytes size
 * @param complete false when the end is missing
 * @param signature as it is recorded, not judged
 * @param sections in file order
 * @param container that it was taken from
 * @param annexes what is known beside the checkpoint
 * @param findings rules that are broken where that does not keep the rest from being read
 * @param leftOut state of the program that the checkpoint has no place for
 * @param warnings what a reader should know before trusting the rest; the findings are among them
 */
public record ImageFacts(
    String name,
    String format,
    Optional<Digest> identity,
    long lengthBytes,
    boolean complete,
    Optional<Signature> signature,
    List<SectionInfo> sections,
    Optional<Container> container,
    List<Annex> annexes,
    List<Finding> findings,
    List<String> leftOut,
    List<String> warnings) {
  /** Copies the lists. */
  public ImageFacts {
    sections = List.copyOf(sections);
    annexes = List.copyOf(annexes);
    findings = List.copyOf(findings);
    leftOut = List.copyOf(leftOut);
    warnings = List.copyOf(warnings);
  }

  /** The format of ckimg's own images. */
  public static final String CKIMG = "ckimg";

  /** True when it is all there and no rule is known to be broken. */
  public boolean isSound() {
    return complete && findings.isEmpty();
  }

  /** True for ckimg's own format, which alone has sections and an identity. */
  public boolean isCkimg() {
    return format.equals(CKIMG);
  }

  /**
   * False when a table was cut away: then nothing is known of what it held, which is not the same
   * as that there was nothing.
   */
  public boolean knows(SectionType table) {
    if (complete || !isCkimg()) {
      return true;
    }
    return sections.stream()
        .anyMatch(
            s -> s.type() > table.number() || s.is(table) && (s.flags() & Format.FLAG_MORE) == 0);
  }
}
