package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.criu.proto.PagemapHead;
import org.ckimg.spec.Finding;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.spec.UnsupportedImageException;

/**
 * Reads pagemap-ID.img: which pages an object has, and that they lie one behind the other in
 * pages-N.img. A field or flag that is not known could mean that they do not, as when pages are
 * compressed; so it is refused.
 */
final class PagemapReader {
  private static final int IN_PARENT = 1;
  private static final int LAZY = 2;
  private static final int PRESENT = 4;
  private static final int KNOWN_FLAGS = IN_PARENT | LAZY | PRESENT;
  private static final int ADDRESS_BITS = 64;

  private final ImageSet set;
  private final String name;
  private final int pageShift;
  private final PageTable.Builder table;
  private EntryReader reader;
  private int pagesId;
  private ByteSource pages;
  private PageTable parent;
  private long place;
  private long end;

  private PagemapReader(ImageSet set, String name, int pageShift) {
    this.set = set;
    this.name = name;
    this.pageShift = pageShift;
    this.table = new PageTable.Builder(pageShift);
  }

  /**
   * Where the pages of an object are.
   *
   * @param name of the image in this set and its parents
   * @return empty when the set has no such image
   */
  static Optional<PageTable> read(ImageSet set, String name, int pageShift) throws IOException {
    Optional<EntryReader> found = set.read(name, ImageKind.PAGEMAP);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (EntryReader entries = found.get()) {
      return Optional.of(new PagemapReader(set, name, pageShift).read(entries));
    }
  }

  private PageTable read(EntryReader entries) throws IOException {
    reader = entries;
    if (!entries.next()) {
      throw new TruncatedImageException(
          new Finding(CriuRule.LENGTH, entries.source().name(), 0, "has no head"));
    }
    Entry<PagemapHead> head = entries.parse(PagemapHead.parser());
    head.require(head.message().hasPagesId(), "number of the pages file");
    pagesId = head.message().getPagesId();
    PagemapFields fields = new PagemapFields();
    while (entries.next()) {
      fields.read(entries);
      add(fields);
    }
    return table.build();
  }

  private void add(PagemapFields fields) throws IOException {
    long count = fields.numPages();
    long first = fields.address() >>> pageShift;
    check(fields, first, count);
    end = first + count;
    int flags = fields.flags();
    if ((flags & ~KNOWN_FLAGS) != 0 || (flags & (IN_PARENT | PRESENT)) == (IN_PARENT | PRESENT)) {
      throw new UnsupportedImageException(
          finding(CriuRule.PAGEMAP_KNOWN, "flags 0x%x are not known here".formatted(flags)));
    }
    if ((flags & PRESENT) != 0) {
      addStored(first, count);
    } else if ((flags & IN_PARENT) != 0) {
      table.inherit(first, count, parent());
    } else if ((flags & LAZY) != 0) {
      table.miss(count);
    }
  }

  private void check(PagemapFields fields, long first, long count) throws MalformedImageException {
    long limit = 1L << ADDRESS_BITS - pageShift;
    String problem =
        (fields.address() & (1L << pageShift) - 1) != 0
            ? "0x%x is no start of a page".formatted(fields.address())
            : count <= 0 || count > limit - first
                ? "%d pages from 0x%x".formatted(count, fields.address())
                : first < end
                    ? "0x%x is not behind the entry before".formatted(fields.address())
                    : "";
    if (!problem.isEmpty()) {
      throw new MalformedImageException(finding(CriuRule.PAGEMAP_ORDER, problem));
    }
  }

  private void addStored(long first, long count) throws IOException {
    if (pages == null) {
      pages = set.demandKept("pages-" + Integer.toUnsignedString(pagesId) + ".img");
    }
    if (count > (pages.length() >>> pageShift) - place) {
      throw new TruncatedImageException(
          new Finding(
              CriuRule.PAGES,
              pages.name(),
              place << pageShift,
              "%d pages of %s+0x%x, %d bytes remain"
                  .formatted(
                      count,
                      reader.source().name(),
                      reader.offset(),
                      pages.length() - (place << pageShift))));
    }
    table.add(first, count, pages, place);
    place += count;
  }

  private PageTable parent() throws IOException {
    if (parent == null) {
      Optional<ImageSet> below = set.parent();
      parent =
          below.isEmpty()
              ? PageTable.EMPTY
              : read(below.get(), name, pageShift).orElse(PageTable.EMPTY);
    }
    return parent;
  }

  private Finding finding(CriuRule rule, String text) {
    return new Finding(rule, reader.source().name(), reader.offset(), text);
  }
}
