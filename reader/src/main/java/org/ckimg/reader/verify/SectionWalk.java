package org.ckimg.reader.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.internal.file.EntryTable;
import org.ckimg.reader.internal.file.Envelope;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.ImageFile;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.reader.internal.file.SectionCheck;
import org.ckimg.reader.internal.file.SectionOrder;
import org.ckimg.reader.internal.table.TableSet;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;

/**
 * Goes through all sections, head by head. Where a head is broken the directory tells where the
 * next one is, so that one broken section does not hide the others. Never goes back, so that the
 * time is linear whatever the directory says.
 */
final class SectionWalk {
  private final ImageFile file;
  private final Layout layout;
  private final Envelope envelope;
  private final Findings findings;
  private final SectionCheck check;
  private final SectionOrder order;
  private final Optional<EntryTable> entries;
  private final OptionalLong directory;
  private final long end;

  private final TableSet tables;
  private final List<BlockPlace> blocks = new ArrayList<>();
  private final Set<SectionType> unread = EnumSet.noneOf(SectionType.class);
  private boolean unreadAny;
  private Optional<SectionInfo> last = Optional.empty();
  private boolean gap;

  /**
   * A PAGES section whose meta is what was written.
   *
   * @param section its head
   * @param entry what the directory says of it
   * @param behindGap true when the section before it could not be read
   */
  record BlockPlace(SectionInfo section, Optional<SectionInfo> entry, boolean behindGap) {}

  SectionWalk(ImageFile file, Layout layout, Envelope envelope, Findings findings) {
    this.file = file;
    this.layout = layout;
    this.envelope = envelope;
    this.findings = findings;
    this.check = new SectionCheck(file, layout, findings);
    this.order = new SectionOrder(findings);
    this.entries = envelope.entries();
    this.directory = envelope.directoryOffset();
    this.end = end();
    this.tables = new TableSet(this::metaOf);
  }

  private long end() {
    if (entries.isPresent()) {
      return directory.orElseThrow();
    }
    return envelope.complete() ? file.length() - Format.FOOTER_BYTES : file.length();
  }

  /** The meta was checked on the walk. */
  private Optional<ByteBuffer> metaOf(SectionInfo section) throws IOException {
    long start = section.offset() + Format.SECTION_HEAD_BYTES;
    return Optional.of(file.read(start, section.metaBytes()));
  }

  /** Tables whose meta is what was written. */
  TableSet tables() {
    return tables;
  }

  /** Blocks whose meta is what was written. */
  List<BlockPlace> blocks() {
    return blocks;
  }

  /** Checks all sections that can be found. */
  void run() throws IOException {
    if (!walk()) {
      unreadAny = true;
      tables.loseAll();
    }
    if (envelope.complete()) {
      order.end(directory.orElse(end), type -> unreadAny || unread.contains(type));
    } else {
      tables.cutBehind(last);
    }
  }

  /** False when sections remain that cannot be found. */
  private boolean walk() throws IOException {
    long at = Format.HEADER_BYTES;
    for (int index = 0; at < end; index++) {
      if (entries.isEmpty() && directory.isPresent() && at == directory.getAsLong()) {
        return true;
      }
      Optional<SectionInfo> entry = entry(index);
      Optional<SectionCheck.Head> head = find(at, index, entry);
      if (head.isPresent()) {
        if (head.get().info().is(SectionType.DIRECTORY) && entries.isEmpty()) {
          return true;
        }
        if (!section(head.get(), entry, index)) {
          return false;
        }
        at = head.get().info().offset() + head.get().span(layout);
      } else {
        lose(entry);
        OptionalLong next = offset(index + 1);
        if (next.isEmpty() || next.getAsLong() <= at) {
          return false;
        }
        at = next.getAsLong();
      }
    }
    return true;
  }

  private Optional<SectionInfo> entry(int index) {
    return entries.flatMap(table -> table.entry(index));
  }

  /** Where the directory says that a section starts; behind the last one, the directory itself. */
  private OptionalLong offset(int index) {
    if (entries.isPresent() && index == entries.get().size()) {
      return directory;
    }
    return entry(index).map(e -> OptionalLong.of(e.offset())).orElse(OptionalLong.empty());
  }

  /** The head at {@code at}, or else where the directory has it. */
  private Optional<SectionCheck.Head> find(long at, int index, Optional<SectionInfo> entry)
      throws IOException {
    List<Finding> here = new ArrayList<>();
    String name = entry.map(SectionInfo::name).orElse("section " + index);
    Optional<SectionCheck.Head> head = head(at, name, here);
    if (head.isPresent()) {
      return head;
    }
    OptionalLong other = offset(index);
    if (other.isPresent() && other.getAsLong() != at) {
      boolean isDirectory = other.equals(directory);
      Optional<SectionCheck.Head> there =
          isDirectory ? Optional.empty() : head(other.getAsLong(), name, new ArrayList<>());
      if (isDirectory || there.isPresent()) {
        String text = "the section before ends here, the next one is at " + other.getAsLong();
        findings.add(Rule.SEC_10, name, at, text);
        return other.getAsLong() > at ? there : Optional.empty();
      }
    }
    for (Finding finding : here) {
      findings.add(finding);
    }
    return Optional.empty();
  }

  private Optional<SectionCheck.Head> head(long at, String name, List<Finding> into)
      throws IOException {
    if (!ImageFile.fits(at, Format.SECTION_HEAD_BYTES, end)) {
      if (envelope.complete()) {
        into.add(new Finding(Rule.SEC_10, name, at, "there is no room for a section"));
      }
      return Optional.empty();
    }
    return new SectionCheck(file, layout, into::add).head(at, name);
  }

  private void lose(Optional<SectionInfo> entry) {
    order.gap();
    gap = true;
    if (entry.isEmpty()) {
      unreadAny = true;
      tables.loseAll();
      return;
    }
    entry.get().known().ifPresent(this::lose);
  }

  private void lose(SectionType type) {
    unread.add(type);
    tables.lose(type);
  }

  /** Checks a section whose head is sound; false when it reaches behind the cut. */
  private boolean section(SectionCheck.Head head, Optional<SectionInfo> entry, int index)
      throws IOException {
    SectionInfo info = head.info();
    if (!ImageFile.fits(info.offset(), head.span(layout), end)) {
      if (envelope.complete()) {
        String text = "the section has %d bytes and reaches beyond %d";
        findings.add(
            Rule.SEC_10, info.name(), info.offset(), text.formatted(head.span(layout), end));
      }
      return false;
    }
    check.number(info, index);
    order.section(info);
    last = Optional.of(info);
    checkEntry(head, entry, index);
    Optional<ByteBuffer> meta = check.meta(head);
    if (meta.isEmpty()) {
      info.known().ifPresent(this::lose);
      gap = true;
      return true;
    }
    check.tail(head, meta.get(), entry.flatMap(SectionInfo::leaf));
    keep(info, entry);
    return true;
  }

  private void checkEntry(SectionCheck.Head head, Optional<SectionInfo> entry, int index)
      throws IOException {
    SectionInfo info = head.info();
    if (entry.isEmpty()) {
      if (entries.isPresent() && index >= entries.get().size()) {
        findings.add(Rule.DIR_03, info.name(), info.offset(), "the directory has no entry for it");
      }
      return;
    }
    check.agrees(head, entry.get());
    if (!info.is(SectionType.PAGES)) {
      EntryTable.checkNoPages(entry.get(), findings);
    }
  }

  private void keep(SectionInfo info, Optional<SectionInfo> entry) {
    if (info.is(SectionType.PAGES)) {
      blocks.add(new BlockPlace(info, entry, gap));
    } else {
      tables.add(info);
    }
    gap = false;
  }
}
