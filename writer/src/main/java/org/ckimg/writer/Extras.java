package org.ckimg.writer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.UnknownSection;

/** Sections that this version does not know, put where their type belongs. */
final class Extras {
  private static final int MAX_TYPE = 0xfffe;
  private static final int MAX_FLAGS = 7;

  private final List<UnknownSection> sections;
  private final SectionSink sink;
  private int next;

  Extras(List<UnknownSection> sections, SectionSink sink) {
    this.sections = sections;
    this.sink = sink;
    for (int i = 0; i < sections.size(); i++) {
      check(sections.get(i));
      require(
          i == 0 || isOrdered(sections.get(i - 1), sections.get(i)), sections.get(i), Rule.SEC_12);
    }
  }

  /** Writes those with a lower type that were not written yet. */
  void writeBefore(SectionType type) throws IOException {
    for (; next < sections.size() && sections.get(next).type() < type.number(); next++) {
      UnknownSection extra = sections.get(next);
      ByteBuffer meta = ByteBuffer.wrap(extra.content().toArray());
      sink.section(extra.type(), extra.flags(), extra.item(), meta);
    }
  }

  private static void check(UnknownSection extra) {
    require(extra.type() >= 1 && extra.type() <= MAX_TYPE, extra, Rule.SEC_03);
    require((extra.flags() & ~MAX_FLAGS) == 0, extra, Rule.SEC_03);
    require((extra.flags() & Format.FLAG_CRITICAL) == 0, extra, Rule.SEC_13);
    require(SectionType.of(extra.type()).isEmpty(), extra, Rule.SEC_14);
    require(extra.content().length() <= Format.MAX_META_BYTES, extra, Rule.SEC_04);
  }

  /** Equal places are allowed: what a later version means by them is not known here. */
  private static boolean isOrdered(UnknownSection before, UnknownSection after) {
    int order = Integer.compare(before.type(), after.type());
    return order < 0 || order == 0 && Integer.compareUnsigned(before.item(), after.item()) <= 0;
  }

  private static void require(boolean holds, UnknownSection extra, Rule rule) {
    if (!holds) {
      throw new InvalidCheckpointException(
          rule,
          "extra section 0x%04x, item %d".formatted(extra.type(), extra.item()),
          rule.sentence());
    }
  }
}
