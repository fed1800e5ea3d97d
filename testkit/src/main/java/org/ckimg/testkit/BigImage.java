package org.ckimg.testkit;

import java.io.IOException;
import java.nio.file.Path;

/**
 * An image of more than 4 GiB: 260 full blocks of 64 KiB pages. Page n of the object, counted from
 * {@link #FIRST_PAGE}, holds the number n + 1 in its first 8 bytes and zeroes. The zeroes are holes
 * where the file system has them, so that the file takes a sixteenth of its length.
 */
public final class BigImage {
  /** First page of object 1, the only one. */
  public static final int FIRST_PAGE = 0x10;

  /** Pages of the object, all of them stored. */
  public static final int PAGES = 260 * 256;

  private static final int PAGE_SHIFT = 16;
  private static final int BLOCK_PAGES = 256;

  private BigImage() {}

  /** Writes it to a new file. */
  public static void write(Path path) throws IOException {
    try (SectionStream out = new SectionStream(path, Samples.withMemory(), PAGE_SHIFT)) {
      for (int from = 0; from < PAGES; from += BLOCK_PAGES) {
        out.add(block(from));
      }
    }
  }

  private static Pages block(int from) {
    Pages pages = new Pages(1);
    for (int i = from; i < from + BLOCK_PAGES; i++) {
      pages.stored(FIRST_PAGE + i, Numbers.of(8, i + 1));
    }
    return pages;
  }
}
