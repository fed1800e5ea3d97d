package org.ckimg.reader.internal.pages;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.KnownPages;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Parent;

/**
 * The pages of an image. A frame that a read covers goes from the file to its place at once; of
 * others the last few are kept. Nothing is given out before checksum, digests and leaf were proven.
 * Safe for several threads.
 */
public final class ImageMemory implements Memory {
  private static final int KEPT = 4;
  private static final WholeFrame READ = FrameReader::read;
  private static final WholeFrame SCAN = FrameReader::scan;

  private final Layout layout;
  private final BlockIndex index;
  private final BlockLoader loader;
  private final Supplier<FrameReader> makeReader;
  private final Queue<FrameReader> idle = new ConcurrentLinkedQueue<>();
  private final Optional<Parent> parent;
  private final Optional<Base> base;
  private final PagesOf pagesOf;
  private final Map<Long, ByteBuffer> kept =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, ByteBuffer> eldest) {
          return size() > KEPT;
        }
      };

  /** How a frame goes from the file to its place. */
  @FunctionalInterface
  private interface WholeFrame {
    void take(FrameReader reader, Block block, int frame, ByteBuffer into) throws IOException;
  }

  /** The runs of an object. */
  @FunctionalInterface
  public interface PagesOf {
    /** All pages that the object has. */
    PageRuns runs(int object) throws IOException;
  }

  /**
   * Joins the parts that reading needs.
   *
   * @param makeReader makes readers of frames
   * @param parent that the image names
   * @param base of inherited pages, when the parent is at hand
   */
  public ImageMemory(
      Layout layout,
      BlockIndex index,
      BlockLoader loader,
      Supplier<FrameReader> makeReader,
      Optional<Parent> parent,
      Optional<Base> base,
      PagesOf pagesOf) {
    this.layout = layout;
    this.index = index;
    this.loader = loader;
    this.makeReader = makeReader;
    this.parent = parent;
    this.base = base;
    this.pagesOf = pagesOf;
  }

  @Override
  public PageRuns pages(int object) throws IOException {
    return pagesOf.runs(object);
  }

  @Override
  public KnownPages base() {
    return base.map(Base::known).orElse(KnownPages.NONE);
  }

  @Override
  public void read(int object, long firstPage, int numPages, MemorySegment into)
      throws IOException {
    copy(object, firstPage, numPages, into, READ);
  }

  @Override
  public void scan(int object, long firstPage, int numPages, MemorySegment into)
      throws IOException {
    copy(object, firstPage, numPages, into, SCAN);
  }

  private void copy(int object, long firstPage, int numPages, MemorySegment into, WholeFrame whole)
      throws IOException {
    int pageSize = layout.pageSize();
    if (numPages < 1 || into.byteSize() / pageSize < numPages) {
      String text = "%d pages do not fit into %d bytes".formatted(numPages, into.byteSize());
      throw new IllegalArgumentException(text);
    }
    int done = 0;
    while (done < numPages) {
      long page = firstPage + done;
      Block block = block(object, page);
      int slot = block.slotIndex(page);
      if (slot < 0) {
        throw new IllegalArgumentException("object %d has no page %d".formatted(object, page));
      }
      int run = Math.min(numPages - done, runLength(block, page, slot));
      MemorySegment part = into.asSlice((long) done * pageSize, (long) run * pageSize);
      copy(block, slot, page, run, part, whole);
      done += run;
    }
  }

  /** True when the object has the page. */
  boolean has(int object, long page) throws IOException {
    int at = index.floor(object, page);
    return at >= 0 && loader.load(index.blocks(object).get(at)).slotIndex(page) >= 0;
  }

  private Block block(int object, long page) throws IOException {
    int at = index.floor(object, page);
    if (at < 0) {
      throw new IllegalArgumentException("object %d has no page %d".formatted(object, page));
    }
    return loader.load(index.blocks(object).get(at));
  }

  /**
   * Pages from {@code page} that are answered in one step: of one extent, all zero, or of
   * consecutive ordinals in one frame.
   */
  private int runLength(Block block, long page, int slotIndex) {
    int extent = block.extents().floor(page);
    int limit = block.extents().firstSlot(extent) + block.extents().count(extent);
    int first = block.slots().slot(slotIndex);
    boolean stored = first < Format.SLOT_INHERITED;
    int frameEnd = stored ? (first / layout.framePages() + 1) * layout.framePages() : 0;
    int length = 1;
    while (slotIndex + length < limit) {
      int slot = block.slots().slot(slotIndex + length);
      if (stored ? slot != first + length || slot >= frameEnd : slot != first) {
        break;
      }
      length++;
    }
    return length;
  }

  private void copy(
      Block block, int slotIndex, long page, int run, MemorySegment into, WholeFrame whole)
      throws IOException {
    int slot = block.slots().slot(slotIndex);
    switch (slot) {
      case Format.SLOT_ZERO -> into.fill((byte) 0);
      case Format.SLOT_INHERITED -> {
        if (base.isEmpty()) {
          throw missing(block.info(), page);
        }
        base.get().read(block.info(), (int) block.head().object(), page, run, into);
      }
      default -> copyStored(block, slot, run, into, whole);
    }
  }

  private UnsupportedImageException missing(SectionInfo section, long page) {
    String name = parent.map(p -> p.identity().toString()).orElse("none");
    String text = "page %d is inherited from the image %s, which is not at hand";
    return new UnsupportedImageException(
        new Finding(Rule.CHN_01, section.name(), section.offset(), text.formatted(page, name)));
  }

  private void copyStored(Block block, int ordinal, int run, MemorySegment into, WholeFrame whole)
      throws IOException {
    int frame = ordinal / layout.framePages();
    int within = ordinal % layout.framePages();
    if (within == 0 && run == block.frames().pages(frame)) {
      take(block, frame, into.asByteBuffer(), whole);
      return;
    }
    ByteBuffer pages = frame(block, frame, whole);
    MemorySegment source = MemorySegment.ofBuffer(pages);
    long offset = (long) within * layout.pageSize();
    MemorySegment.copy(source, offset, into, 0, (long) run * layout.pageSize());
  }

  /** There are as many readers as threads that read at once. */
  private void take(Block block, int frame, ByteBuffer into, WholeFrame whole) throws IOException {
    FrameReader reader = idle.poll();
    FrameReader frames = reader == null ? makeReader.get() : reader;
    try {
      whole.take(frames, block, frame, into);
    } finally {
      idle.add(frames);
    }
  }

  /** Only what was proven is kept. */
  private ByteBuffer frame(Block block, int frame, WholeFrame whole) throws IOException {
    long key = FrameReader.offset(block, frame);
    synchronized (kept) {
      ByteBuffer pages = kept.get(key);
      if (pages != null) {
        return pages;
      }
    }
    ByteBuffer pages = ByteBuffer.allocate(block.frames().pages(frame) * layout.pageSize());
    take(block, frame, pages, whole);
    ByteBuffer taken = pages.rewind().asReadOnlyBuffer();
    if (whole == READ) {
      synchronized (kept) {
        kept.put(key, taken);
      }
    }
    return taken;
  }
}
