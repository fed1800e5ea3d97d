package org.ckimg.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Images with a million of something, or with pages that a few bytes stand for. */
public final class WideImage {
  private static final int PAGE_SHIFT = 12;
  private static final int MAX_META = 1 << 24;
  private static final int HEAD = 16;
  private static final int BLOCK_PAGES = 4096;
  private static final int FIRST_PAGE = 0x10;

  private WideImage() {}

  /** What there is a lot of. */
  public enum Kind {
    /** Mappings of one process, one page each, with a hole between. */
    VMAS(Table.VMAS),
    /** Descriptors of one process, all for one description. */
    FDS(Table.FDS),
    /** Signals that wait for one process. */
    SIGNALS(Table.SIGNALS),
    /** Threads of one process. */
    THREADS(Table.THREADS),
    /** Files that nothing has open. */
    FILES(Table.FILES),
    /** Processes that ended. */
    PROCESSES(Table.PROCESSES);

    private final Table table;

    Kind(Table table) {
      this.table = table;
    }
  }

  /** Writes a sound image with this many records of a kind, below 2^20, to a new file. */
  public static void write(Path path, Kind kind, int records) throws IOException {
    ImageBuilder image = new ImageBuilder();
    image.table(Table.SYSTEM).add();
    if (kind != Kind.PROCESSES) {
      // the pid of the leader is below all tids
      image.table(Table.PROCESSES).add("present", 1 << 20, "pid", 1, "state", 2);
      if (kind != Kind.THREADS) {
        image.table(Table.THREADS).add("tid", 1);
      }
    }
    if (kind == Kind.FDS) {
      image.table(Table.DESCRIPTIONS).add("id", 1, "type", 18);
    }
    write(path, image, kind, records);
  }

  private static void write(Path path, ImageBuilder image, Kind kind, int records)
      throws IOException {
    ImageBuilder front = new ImageBuilder();
    front.header("codecs", 1);
    try (SectionStream out = new SectionStream(path, front, PAGE_SHIFT)) {
      boolean written = false;
      for (Draft draft : image.drafts()) {
        if (!written && draft.type() > kind.table.type()) {
          parts(out, kind, records);
          written = true;
        }
        out.add(draft);
      }
      if (!written) {
        parts(out, kind, records);
      }
    }
  }

  private static void parts(SectionStream out, Kind kind, int records) throws IOException {
    int size = kind.table.recordBytes();
    int most = (MAX_META - HEAD) / size;
    for (int from = 0, part = 0; from < records; from += most, part++) {
      int count = Math.min(most, records - from);
      byte[] meta = new byte[HEAD + count * size];
      System.arraycopy(Numbers.of(4, count), 0, meta, 0, 4);
      for (int i = 0; i < count; i++) {
        fill(kind, from + i, meta, HEAD + i * size);
      }
      int more = from + count < records ? 4 : 0;
      out.add(new Other(kind.table.type(), part, kind.table.flags() | more, meta));
    }
  }

  private static void fill(Kind kind, int i, byte[] meta, int at) {
    switch (kind) {
      case VMAS -> set(kind, meta, at, "first_page", 2L * i + 1, "num_pages", 1, "kind", 1);
      case FDS -> set(kind, meta, at, "number", i, "description", 1);
      case SIGNALS -> set(kind, meta, at, "kind", 2, "number", 34);
      case THREADS -> set(kind, meta, at, "tid", i + 1);
      case FILES -> set(kind, meta, at, "id", i + 1);
      case PROCESSES -> set(kind, meta, at, "pid", i + 1, "state", 4);
    }
  }

  private static void set(Kind kind, byte[] meta, int at, Object... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      int offset = at;
      for (Table.Field field : kind.table.fields()) {
        if (field.name().equals(namesAndValues[i])) {
          long value = ((Number) namesAndValues[i + 1]).longValue();
          System.arraycopy(Numbers.of(field.bytes(), value), 0, meta, offset, field.bytes());
        }
        offset += field.bytes();
      }
    }
  }

  /**
   * Writes an image whose pages, all different, are coded as well as a frame can be.
   *
   * @param coder of all frames
   * @param blocks of 16 MiB of memory each
   */
  public static void bomb(Path path, FrameCoder coder, int blocks) throws IOException {
    try (SectionStream out = new SectionStream(path, Samples.withMemory(), PAGE_SHIFT)) {
      for (int block = 0; block < blocks; block++) {
        Pages pages = new Pages(1);
        for (int i = 0; i < BLOCK_PAGES; i++) {
          pages.page(FIRST_PAGE + block * BLOCK_PAGES + i, different(i));
        }
        pages.coders(frame -> coder);
        out.add(pages);
      }
    }
  }

  /** A page of two runs of bytes, no two alike. */
  private static byte[] different(int i) {
    byte[] page = new byte[1 << PAGE_SHIFT];
    int border = 64 + 8 * (i / 250);
    Arrays.fill(page, 0, border, (byte) (1 + i % 250));
    Arrays.fill(page, border, page.length, (byte) (2 + i % 250));
    return page;
  }
}
