package org.ckimg.reader.internal.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.reader.SectionInfo;
import org.ckimg.spec.Format;
import org.ckimg.spec.SectionType;

/** Which sections make up each table, and how to get their meta. */
public final class TableSet {
  private final Map<SectionType, List<SectionInfo>> parts = new EnumMap<>(SectionType.class);
  private final Set<SectionType> unknown = EnumSet.noneOf(SectionType.class);
  private final Metas metas;
  private boolean cut;

  /** Where the meta of a section comes from. */
  @FunctionalInterface
  public interface Metas {
    /** The meta; empty when it cannot be had, which was reported. */
    Optional<ByteBuffer> load(SectionInfo section) throws IOException;
  }

  /** No tables yet. */
  public TableSet(Metas metas) {
    this.metas = metas;
  }

  /** Adds a section that can be read; sections that are no tables are left out. */
  public void add(SectionInfo section) {
    section
        .known()
        .filter(SectionType::isTable)
        .ifPresent(type -> parts.computeIfAbsent(type, t -> new ArrayList<>()).add(section));
  }

  /** A part of this table cannot be read, so nothing is known of what it has. */
  public void lose(SectionType type) {
    unknown.add(type);
  }

  /** Any table may have lost parts. */
  public void loseAll() {
    unknown.addAll(EnumSet.allOf(SectionType.class));
  }

  /** The file was cut behind the last section: tables from that one on may have lost parts. */
  public void cutBehind(Optional<SectionInfo> last) {
    cut = true;
    for (SectionType type : SectionType.values()) {
      boolean whole =
          last.isPresent()
              && (type.number() < last.get().type()
                  || last.get().is(type) && (last.get().flags() & Format.FLAG_MORE) == 0);
      if (!whole) {
        unknown.add(type);
      }
    }
  }

  /** True when the file was cut, so that what is missing is no fault. */
  boolean isCut() {
    return cut;
  }

  /** True when the parts of this table are all there, be it none. */
  boolean isWhole(SectionType type) {
    return !unknown.contains(type);
  }

  /** The parts of a table that can be read. */
  List<SectionInfo> parts(SectionType type) {
    return parts.getOrDefault(type, List.of());
  }

  Optional<ByteBuffer> meta(SectionInfo part) throws IOException {
    return metas.load(part);
  }
}
