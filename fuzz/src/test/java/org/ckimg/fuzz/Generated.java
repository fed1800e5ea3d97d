package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.ObjectPages;
import org.ckimg.reader.PageRun;
import org.ckimg.reader.PageState;
import org.ckimg.reader.PageTotals;
import org.ckimg.reader.RawRun;
import org.ckimg.reader.SectionInfo;
import org.ckimg.spec.Format;
import org.ckimg.spec.FullParse;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;

/**
 * What the generated parser sees of a sound image is what the reader, which parses by hand, sees.
 */
final class Generated {
  private static final long PAGES = Format.MAX_PAGE + 1;

  private final CkimgImage.PageBlock block;
  private final int pageSize;
  private final Set<Integer> seen = new HashSet<>();

  private Generated(CkimgImage.PageBlock block) {
    this.block = block;
    this.pageSize = block._root().pageSize();
  }

  /**
   * How a page is kept.
   *
   * @param digest of a page that has bytes
   * @param offset of a page that lies in the file as it is
   */
  private record Kept(PageState state, Optional<Bytes> digest, Optional<Long> offset) {}

  /** Fails unless it is so: of the directory, and of every page. */
  static void agrees(byte[] image, ImageReader reader) throws IOException {
    List<CkimgImage.Section> sections = new FullParse(image).sections();
    assertEquals(directory(sections), reader.sections());
    Map<Integer, Map<Long, Kept>> objects = new HashMap<>();
    for (CkimgImage.Section section : sections) {
      if (section.meta() instanceof CkimgImage.PageBlock block) {
        objects
            .computeIfAbsent((int) block.object(), object -> new HashMap<>())
            .putAll(new Generated(block).pages());
      }
    }
    int pageSize = reader.checkpoint().host().pageSize();
    for (Map.Entry<Integer, Map<Long, Kept>> object : objects.entrySet()) {
      assertEquals(object.getValue(), read(reader.pages(object.getKey()), pageSize));
    }
  }

  private static List<SectionInfo> directory(List<CkimgImage.Section> sections) {
    List<SectionInfo> infos = new ArrayList<>();
    for (CkimgImage.Entry entry : ((CkimgImage.Directory) sections.getLast().meta()).entries()) {
      infos.add(info(sections.get(infos.size()).head().number(), entry));
    }
    assertEquals(sections.size() - 1, infos.size());
    return infos;
  }

  private static SectionInfo info(long number, CkimgImage.Entry entry) {
    return new SectionInfo(
        (int) number,
        entry.type(),
        entry.flags(),
        (int) entry.item(),
        entry.ofsSection(),
        (int) entry.lenMeta(),
        (int) entry.lenData(),
        entry.firstPage(),
        new PageTotals(
            entry.numStored(),
            entry.numZero(),
            entry.numPages() - entry.numStored() - entry.numZero() - entry.numInherited(),
            entry.numInherited()),
        Optional.of(Digest.of(entry.leaf())));
  }

  private Map<Long, Kept> pages() {
    Map<Long, Kept> pages = new HashMap<>();
    for (CkimgImage.Extent extent : block.extents()) {
      for (int i = 0; i < extent.count(); i++) {
        pages.put(extent.page() + i, kept(slot((int) extent.firstSlot() + i)));
      }
    }
    return pages;
  }

  private int slot(int i) {
    return Byte.toUnsignedInt(block.slots()[2 * i])
        | Byte.toUnsignedInt(block.slots()[2 * i + 1]) << Byte.SIZE;
  }

  private Kept kept(int slot) {
    if (slot >= Format.SLOT_INHERITED) {
      PageState state = slot == Format.SLOT_ZERO ? PageState.ZERO : PageState.INHERITED;
      return new Kept(state, Optional.empty(), Optional.empty());
    }
    int at = slot * Format.PAGE_DIGEST_BYTES;
    byte[] digest = Arrays.copyOfRange(block.digests(), at, at + Format.PAGE_DIGEST_BYTES);
    PageState state = seen.add(slot) ? PageState.STORED : PageState.REPEATED;
    return new Kept(state, Optional.of(Bytes.of(digest)), offset(slot));
  }

  private Optional<Long> offset(int slot) {
    int framePages = block._root().framePages();
    CkimgImage.Frame frame = block.frames().get(slot / framePages);
    return frame.codec() == 0
        ? Optional.of(block.ofsData() + frame.ofsBody() + (long) slot % framePages * pageSize)
        : Optional.empty();
  }

  private static Map<Long, Kept> read(ObjectPages object, int pageSize) throws IOException {
    Map<Long, Long> offsets = new HashMap<>();
    for (RawRun run : object.raw(0, PAGES)) {
      for (int i = 0; i < run.numPages(); i++) {
        offsets.put(run.firstPage() + i, run.offset() + (long) i * pageSize);
      }
    }
    List<PageRun> runs = new ArrayList<>();
    object.forEach(0, PAGES, runs::add);
    Map<Long, Kept> pages = new HashMap<>();
    for (PageRun run : runs) {
      for (long page = run.firstPage(); page < run.firstPage() + run.numPages(); page++) {
        Optional<Long> offset = Optional.ofNullable(offsets.get(page));
        pages.put(page, new Kept(run.state(), object.digest(page), offset));
      }
    }
    return pages;
  }
}
