package org.ckimg.reader.internal.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.reader.internal.file.SectionCheck;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;

/**
 * Loads blocks, checked from section head to slots, and keeps the last few. Safe for several
 * threads; two may load the same block at once, which costs time and nothing else.
 */
public final class BlockLoader {
  private static final int KEPT = 8;

  private final SectionCheck check;
  private final Map<Long, Block> kept =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Block> eldest) {
          return size() > KEPT;
        }
      };

  /**
   * Loads through {@code check}.
   *
   * @param check refuses what is not sound
   */
  public BlockLoader(SectionCheck check) {
    this.check = check;
  }

  /** The block of this section. */
  public Block load(SectionInfo section) throws IOException {
    synchronized (kept) {
      Block block = kept.get(section.offset());
      if (block != null) {
        return block;
      }
    }
    ByteBuffer meta = check.load(section).orElseThrow();
    Block block = Block.parse(section, meta, check.layout(), Findings.REFUSE).orElseThrow();
    checkCounts(section, block, Findings.REFUSE);
    checkItem(section, block, Findings.REFUSE);
    synchronized (kept) {
      kept.put(section.offset(), block);
    }
    return block;
  }

  /** Reports when the block head is not what the directory says of it. */
  public static void checkCounts(SectionInfo section, Block block, Findings findings)
      throws ImageException {
    if (!section.pages().equals(block.totals())
        || section.firstPage() != block.head().firstPage()) {
      String text = "the block starts at page %d and has %s, the directory says %d and %s";
      findings.add(
          new Finding(
              Rule.DIR_04,
              section.name(),
              section.offset(),
              text.formatted(
                  block.head().firstPage(), block.totals(), section.firstPage(), section.pages())));
    }
  }

  /** Reports when a block does not follow the one before it of the same object. */
  public static void checkNext(Block previous, Block block, Layout layout, Findings findings)
      throws ImageException {
    if (block.head().firstPage() <= previous.head().lastPage()) {
      String text = "the block starts at page %d, the one before ends at %d";
      long end = previous.head().lastPage();
      misplaced(block, text.formatted(block.head().firstPage(), end), findings);
    }
    if (previous.head().numPages() != layout.blockPages()) {
      String text = "the block has %d pages and is not the last of its object";
      misplaced(previous, text.formatted(previous.head().numPages()), findings);
    }
  }

  private static void misplaced(Block block, String text, Findings findings) throws ImageException {
    long offset = block.info().offset() + Format.SECTION_HEAD_BYTES;
    findings.add(Rule.PAG_14, block.info().name(), offset, text);
  }

  /** All blocks of an object, each behind the one before it. */
  public void forEach(List<SectionInfo> sections, Consumer<Block> action) throws IOException {
    Block previous = null;
    for (SectionInfo section : sections) {
      Block block = load(section);
      if (previous != null) {
        checkNext(previous, block, check.layout(), Findings.REFUSE);
      }
      action.accept(block);
      previous = block;
    }
  }

  /** Reports when the section head does not name the object of its block. */
  public static void checkItem(SectionInfo section, Block block, Findings findings)
      throws ImageException {
    if (Integer.toUnsignedLong(section.item()) != block.head().object()) {
      String text = "the block is of object %d, the section of object %d";
      findings.add(
          new Finding(
              Rule.PAG_14,
              section.name(),
              section.offset(),
              text.formatted(block.head().object(), Integer.toUnsignedLong(section.item()))));
    }
  }
}
