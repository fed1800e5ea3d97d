package org.ckimg.reader.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.ImageFile;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.reader.internal.pages.Block;
import org.ckimg.reader.internal.pages.BlockLoader;
import org.ckimg.reader.internal.table.References;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;

/** Checks the tables of all blocks, and how blocks and objects fit together. */
final class BlockVerifier {
  private final ImageFile file;
  private final Layout layout;
  private final References references;
  private final Findings findings;
  private Block previous;

  BlockVerifier(ImageFile file, Layout layout, References references, Findings findings) {
    this.file = file;
    this.layout = layout;
    this.references = references;
    this.findings = findings;
  }

  /** Checks the blocks in file order; returns those whose pages can be found. */
  List<SectionInfo> verify(List<SectionWalk.BlockPlace> places) throws IOException {
    List<SectionInfo> sound = new ArrayList<>();
    for (SectionWalk.BlockPlace place : places) {
      if (place.behindGap()) {
        previous = null;
      }
      Optional<Block> block = load(file, layout, place.section(), findings);
      if (block.isPresent()) {
        verify(place, block.get());
        sound.add(place.section());
      }
      previous = block.orElse(null);
    }
    return sound;
  }

  /** The tables of a block whose section was checked before. */
  static Optional<Block> load(ImageFile file, Layout layout, SectionInfo section, Findings findings)
      throws IOException {
    long start = section.offset() + Format.SECTION_HEAD_BYTES;
    ByteBuffer meta = file.read(start, section.metaBytes());
    return Block.parse(section, meta, layout, findings);
  }

  private void verify(SectionWalk.BlockPlace place, Block block) throws ImageException {
    if (place.entry().isPresent()) {
      BlockLoader.checkCounts(place.entry().get(), block, findings);
    }
    BlockLoader.checkItem(place.section(), block, findings);
    if (previous != null && previous.head().object() == block.head().object()) {
      BlockLoader.checkNext(previous, block, layout, findings);
    }
    long id = block.head().object();
    references.checkPages(place.section(), id, block.head().numInherited(), findings);
    Optional<References.ObjectFacts> object = references.object(id);
    if (object.isEmpty()) {
      return;
    }
    if (block.head().lastPage() >= references.endPage(object.get())) {
      String text = "page %d lies behind the end of object %d, which has %d bytes";
      long length = object.get().length();
      long offset = block.info().offset() + Format.SECTION_HEAD_BYTES;
      findings.add(
          Rule.PAG_15,
          block.info().name(),
          offset,
          text.formatted(block.head().lastPage(), id, length));
    }
  }
}
