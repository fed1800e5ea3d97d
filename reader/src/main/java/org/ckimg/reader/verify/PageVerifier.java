package org.ckimg.reader.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.Hashes;
import org.ckimg.reader.internal.file.ImageFile;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.reader.internal.pages.Block;
import org.ckimg.reader.internal.pages.FrameReader;
import org.ckimg.reader.internal.table.References;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Digest;

/** Reads the pages of blocks, one frame at a time. Each thread has its own. */
final class PageVerifier {
  private final ImageFile file;
  private final Layout layout;
  private final References references;
  private final Findings findings;
  private final boolean full;
  private final FrameReader frames;
  private final byte[] zeroPage;
  private final DigestSet seen = new DigestSet();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << Format.FRAME_SHIFT);
  private final ByteBuffer decoded = ByteBuffer.allocateDirect(1 << Format.FRAME_SHIFT);

  /**
   * Checks pages of {@code file}.
   *
   * @param full false to check checksums alone
   */
  PageVerifier(
      ImageFile file, Layout layout, References references, Findings findings, boolean full) {
    this.full = full;
    this.file = file;
    this.layout = layout;
    this.references = references;
    this.findings = findings;
    this.frames = new FrameReader(file, layout.pageSize());
    this.zeroPage = Hashes.sha256().digest(new byte[layout.pageSize()]);
  }

  /** Checks every page of the block in a section that was checked before. */
  void verify(SectionInfo section) throws IOException {
    Optional<Block> loaded = BlockVerifier.load(file, layout, section, finding -> {});
    if (loaded.isEmpty()) {
      return;
    }
    Block block = loaded.get();
    Tail tail = tail(block);
    seen.clear();
    for (int i = 0; i < block.frames().size(); i++) {
      buffer.clear().limit(block.frames().length(i));
      file.read(FrameReader.offset(block, i), buffer);
      buffer.flip();
      if (!full) {
        frames.checksumFits(block, i, buffer, findings);
        continue;
      }
      boolean raw = block.frames().codec(i) == Format.CODEC_RAW;
      ByteBuffer pages = raw ? buffer : decoded;
      pages.clear().limit(block.frames().pages(i) * layout.pageSize());
      int count = frames.prove(block, i, buffer, pages, findings);
      int first = i * layout.framePages();
      for (int page = 0; page < count; page++) {
        checkPage(block, first + page, page * Digest.LENGTH);
      }
      if (count > 0 && tail.isIn(first, count)) {
        checkTail(block, tail, pages);
      }
    }
  }

  private void checkPage(Block block, int ordinal, int at) throws IOException {
    byte[] digests = frames.digests();
    if (Arrays.equals(digests, at, at + Digest.LENGTH, zeroPage, 0, Digest.LENGTH)) {
      broken(block, ordinal, Rule.PAG_12, "stored page %d is all zero".formatted(ordinal));
    }
    int twin = seen.add(ordinal, digests, at);
    if (twin >= 0) {
      String text = "stored page %d equals stored page %d".formatted(ordinal, twin);
      broken(block, ordinal, Rule.PAG_13, text);
    }
  }

  private void broken(Block block, int ordinal, Rule rule, String text) throws IOException {
    int frame = ordinal / layout.framePages();
    long within = (long) ordinal % layout.framePages() * layout.pageSize();
    findings.add(rule, block.info().name(), FrameReader.offset(block, frame) + within, text);
  }

  /**
   * The page in which an object ends.
   *
   * @param ordinal of the stored page, -1 when there is nothing to check
   * @param used bytes of it that belong to the object
   */
  private record Tail(int ordinal, int used) {
    static final Tail NONE = new Tail(-1, 0);

    boolean isIn(int first, int count) {
      return ordinal >= first && ordinal < first + count;
    }
  }

  private Tail tail(Block block) {
    Optional<References.ObjectFacts> object = references.object(block.head().object());
    if (object.isEmpty() || object.get().isAddressSpace()) {
      return Tail.NONE;
    }
    int used = (int) (object.get().length() % layout.pageSize());
    int slotIndex = block.slotIndex(object.get().length() / layout.pageSize());
    if (used == 0 || slotIndex < 0) {
      return Tail.NONE;
    }
    int slot = block.slots().slot(slotIndex);
    return slot < Format.SLOT_INHERITED ? new Tail(slot, used) : Tail.NONE;
  }

  private void checkTail(Block block, Tail tail, ByteBuffer pages) throws IOException {
    int page = tail.ordinal() % layout.framePages() * layout.pageSize();
    int at = Hashes.firstNonZero(pages, page + tail.used(), page + layout.pageSize());
    if (at >= 0) {
      String text = "byte %d of the last page lies behind the object's length and is not zero";
      broken(block, tail.ordinal(), Rule.PAG_15, text.formatted(at - page));
    }
  }
}
