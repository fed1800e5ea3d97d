package org.ckimg.reader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.reader.internal.file.EntryTable;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.ImageFile;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.reader.internal.file.SectionCheck;
import org.ckimg.reader.internal.file.SectionOrder;
import org.ckimg.reader.internal.pages.Block;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;

/** Where the sections of an image are: by its directory, or head by head in what is left of it. */
final class SectionLists {
  private SectionLists() {}

  /**
   * The sections that a directory lists.
   *
   * @param directory offset of the directory
   * @throws ImageException when they do not tile the file up to the directory in their order
   */
  static List<SectionInfo> ofDirectory(EntryTable entries, long directory, Layout layout)
      throws ImageException {
    List<SectionInfo> sections = new ArrayList<>(entries.size());
    SectionOrder order = new SectionOrder(Findings.REFUSE);
    long expected = Format.HEADER_BYTES;
    for (int i = 0; i < entries.size(); i++) {
      SectionInfo section = entries.entry(i).orElseThrow();
      if (section.offset() != expected) {
        String text = "the section is at %d, %d expected".formatted(section.offset(), expected);
        Findings.REFUSE.add(Rule.SEC_10, section.name(), section.offset(), text);
      }
      if (!section.is(SectionType.PAGES)) {
        EntryTable.checkNoPages(section, Findings.REFUSE);
      }
      order.section(section);
      sections.add(section);
      expected += layout.span(section.offset(), section.metaBytes(), section.dataBytes());
    }
    if (expected != directory) {
      String text = "the sections end at %d, the directory is at %d".formatted(expected, directory);
      Findings.REFUSE.add(Rule.SEC_10, "DIRECTORY", directory, text);
    }
    order.end(directory, type -> false);
    return sections;
  }

  /** The sections up to the first head or meta that is cut or damaged. */
  static List<SectionInfo> ofHeads(ImageFile file, Layout layout) throws IOException {
    SectionCheck check = new SectionCheck(file, layout, Findings.REFUSE);
    List<SectionInfo> sections = new ArrayList<>();
    long at = Format.HEADER_BYTES;
    while (ImageFile.fits(at, Format.SECTION_HEAD_BYTES, file.length())) {
      Optional<SectionInfo> section = next(check, at);
      if (section.isEmpty() || section.get().is(SectionType.DIRECTORY)) {
        break;
      }
      sections.add(section.get());
      at += layout.span(at, section.get().metaBytes(), section.get().dataBytes());
    }
    return sections;
  }

  private static Optional<SectionInfo> next(SectionCheck check, long at) throws IOException {
    try {
      SectionInfo head = check.head(at, "section").orElseThrow().info();
      ByteBuffer meta = check.load(head).orElseThrow();
      return Optional.of(head.is(SectionType.PAGES) ? withTotals(check, head, meta) : head);
    } catch (ImageException cutOrDamaged) {
      return Optional.empty();
    }
  }

  /** Without a directory, only the block itself tells what it holds. */
  private static SectionInfo withTotals(SectionCheck check, SectionInfo head, ByteBuffer meta)
      throws ImageException {
    Block block = Block.parse(head, meta, check.layout(), Findings.REFUSE).orElseThrow();
    return new SectionInfo(
        head.number(),
        head.type(),
        head.flags(),
        head.item(),
        head.offset(),
        head.metaBytes(),
        head.dataBytes(),
        block.head().firstPage(),
        block.totals(),
        Optional.empty());
  }
}
