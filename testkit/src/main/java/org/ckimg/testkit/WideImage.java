package org.ckimg.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Images with a million of something, or with pages that a few bytes stand for. */
public final class WideImage {
  private static final int PAGE_SHIFT = 12;
  private static final int MAX_META = 1 << 24;
  private static final int HEAD = 16;
  private static final int BLOCK_PAGES = 4096;
  private static final int FIRST_PAGE = 0x10;

  private static final int REGULAR = 1;
  private static final int PIPE = 3;
  private static final int SOCKET = 7;
  private static final int EPOLL = 12;
  private static final int OTHER = 18;

  private static final int SHARED = 2;
  private static final int SHARED_BLOCKS = 64;
  private static final long SHARED_BYTES = 2L * SHARED_BLOCKS * BLOCK_PAGES << PAGE_SHIFT;

  private static final int SLEEPING = 2;
  private static final int ZOMBIE = 4;

  /** Actions and signals that wait are known. */
  private static final int SIGNALS = 3 << 19;

  /** Parent, group, session and signals that wait are known. */
  private static final int RELATED = 1 << 20 | 7;

  private static final int ALTSTACK = 1 << 2;
  private static final int READ_AND_WRITE = 3;
  private static final int TO_A_THREAD = 4;

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
    PROCESSES(Table.PROCESSES),
    /** Living children of one process, each with a socket. */
    CHILDREN(Table.PROCESSES, Table.THREADS, Table.DESCRIPTIONS, Table.FDS, Table.SOCKETS),
    /** Living processes, each the child of the one before. */
    DESCENDANTS(Table.PROCESSES, Table.THREADS),
    /** Files that one process has open. */
    OPEN_FILES(Table.DESCRIPTIONS, Table.FDS, Table.FILES),
    /** Sockets of one process, which nothing is bound or connected to. */
    SOCKETS(Table.DESCRIPTIONS, Table.FDS, Table.SOCKETS),
    /** Pipes that one process has one end of each. */
    PIPES(Table.DESCRIPTIONS, Table.FDS, Table.FILES, Table.PIPES),
    /** What one instance of epoll watches. */
    WATCHES(Table.WATCHES),
    /** Locks on one file. */
    LOCKS(Table.LOCKS),
    /** Timers of one process. */
    TIMERS(Table.TIMERS),
    /** Threads of one process, a timer for each, and its alternate stack over all mappings. */
    STACKS(Table.THREADS, Table.TIMERS, Table.VMAS),
    /** Shared memory without a page; of an image with a parent all of it continues one object. */
    OBJECTS(Table.OBJECTS);

    private final List<Table> tables;

    Kind(Table... tables) {
      this.tables = List.of(tables);
    }

    private boolean isTree() {
      return tables.contains(Table.PROCESSES);
    }

    /** Parent of a process. */
    private int parent(int pid) {
      return pid == 1 ? 0 : this == DESCENDANTS ? pid - 1 : 1;
    }

    /** Type of what a process has open. */
    private int type() {
      return switch (this) {
        case OPEN_FILES -> REGULAR;
        case SOCKETS, CHILDREN -> SOCKET;
        case PIPES -> PIPE;
        default -> OTHER;
      };
    }
  }

  /** Writes a sound image with this many records of a kind, below 2^20, to a new file. */
  public static void write(Path path, Kind kind, int records) throws IOException {
    write(path, new ImageBuilder(), kind, records, 0);
  }

  /** Writes a sound image whose objects, this many, all continue object 1 of a parent. */
  public static void child(Path path, Image parent, int objects) throws IOException {
    write(path, new ImageBuilder().parent(parent.identity(), 1), Kind.OBJECTS, objects, 1);
  }

  /** An image with one object of shared memory in blocks whose runs have one page each. */
  public static Image parent() {
    ImageBuilder image = Samples.minimal();
    image.table(Table.OBJECTS).add("id", 1, "kind", SHARED, "length", SHARED_BYTES);
    for (int i = 0; i < SHARED_BLOCKS * BLOCK_PAGES; i++) {
      image.pages(1).zeros(2 * i, 1);
    }
    return image.build();
  }

  private static void write(Path path, ImageBuilder front, Kind kind, int records, int base)
      throws IOException {
    ImageBuilder image = new ImageBuilder();
    image.table(Table.SYSTEM).add();
    if (!kind.isTree()) {
      // the pid of the leader is below all tids
      image.table(Table.PROCESSES).add("present", SIGNALS, "pid", 1, "state", SLEEPING);
      if (!kind.tables.contains(Table.THREADS)) {
        image.table(Table.THREADS).add("tid", 1);
      }
      if (kind != Kind.SIGNALS) {
        image.table(Table.SIGNALS).add("kind", 1, "number", 10);
      }
    }
    switch (kind) {
      case FDS -> image.table(Table.DESCRIPTIONS).add("id", 1, "type", OTHER);
      case WATCHES -> {
        image.table(Table.DESCRIPTIONS).add("id", 1, "type", EPOLL).add("id", 2, "type", OTHER);
        image.table(Table.FDS).add("number", 3, "description", 1);
      }
      case LOCKS -> image.table(Table.FILES).add("id", 1);
      default -> {}
    }
    Rows rows = new Rows(kind, records / kind.tables.size(), base);
    stream(path, front.header("codecs", 1), image, rows);
  }

  /**
   * Rows of wide tables.
   *
   * @param count in each
   * @param base what objects continue, 0 for nothing
   */
  private record Rows(Kind kind, int count, int base) {}

  /** Sections are in the order of their types. */
  private static void stream(Path path, ImageBuilder front, ImageBuilder image, Rows rows)
      throws IOException {
    List<Table> wide = new ArrayList<>(rows.kind().tables);
    try (SectionStream out = new SectionStream(path, front, PAGE_SHIFT)) {
      for (Draft draft : image.drafts()) {
        while (!wide.isEmpty() && wide.getFirst().type() < draft.type()) {
          parts(out, wide.removeFirst(), rows);
        }
        out.add(draft);
      }
      for (Table table : wide) {
        parts(out, table, rows);
      }
    }
  }

  private static void parts(SectionStream out, Table table, Rows rows) throws IOException {
    int size = table.recordBytes();
    int most = (MAX_META - HEAD) / size;
    for (int from = 0, part = 0; from < rows.count(); from += most, part++) {
      int count = Math.min(most, rows.count() - from);
      byte[] meta = new byte[HEAD + count * size];
      System.arraycopy(Numbers.of(4, count), 0, meta, 0, 4);
      for (int i = 0; i < count; i++) {
        fill(rows, table, from + i, meta, HEAD + i * size);
      }
      int more = from + count < rows.count() ? 4 : 0;
      out.add(new Other(table.type(), part, table.flags() | more, meta));
    }
  }

  private static void fill(Rows rows, Table table, int i, byte[] meta, int at) {
    Kind kind = rows.kind();
    int id = i + 1;
    switch (table) {
      case VMAS -> {
        long step = kind == Kind.STACKS ? 1 : 2;
        set(table, meta, at, "first_page", step * i + 1, "num_pages", 1, "kind", 1);
        set(table, meta, at, "protection", kind == Kind.STACKS ? READ_AND_WRITE : 0);
      }
      case FDS ->
          set(
              table,
              meta,
              at,
              "process",
              kind.isTree() ? i : 0,
              "number",
              kind.isTree() ? 0 : i,
              "description",
              kind == Kind.FDS ? 1 : id);
      case SIGNALS -> set(table, meta, at, "kind", 2, "number", 34);
      case THREADS -> {
        set(table, meta, at, "process", kind.isTree() ? i : 0, "tid", id);
        if (kind == Kind.STACKS) {
          long bytes = (long) rows.count() << PAGE_SHIFT;
          set(table, meta, at, "present", ALTSTACK, "altstack_address", 1 << PAGE_SHIFT);
          set(table, meta, at, "altstack_bytes", bytes);
        }
      }
      case OBJECTS -> {
        set(table, meta, at, "id", id, "kind", SHARED, "length", SHARED_BYTES);
        set(table, meta, at, "base", rows.base(), "base_object", rows.base());
      }
      case FILES -> set(table, meta, at, "id", id);
      case PROCESSES -> {
        if (kind == Kind.PROCESSES) {
          set(table, meta, at, "pid", id, "state", ZOMBIE);
        } else {
          set(table, meta, at, "present", RELATED, "pid", id, "ppid", kind.parent(id));
          set(table, meta, at, "pgid", 1, "sid", 1, "state", SLEEPING);
        }
      }
      case DESCRIPTIONS ->
          set(
              table,
              meta,
              at,
              "id",
              id,
              "type",
              kind.type(),
              "file",
              kind.type() == SOCKET ? 0 : id);
      case SOCKETS -> set(table, meta, at, "description", id, "family", 1, "kind", 1, "state", 7);
      case PIPES -> set(table, meta, at, "file", id, "present", 1, "capacity", 65536);
      case WATCHES -> set(table, meta, at, "description", 1, "number", i, "target", 2);
      case LOCKS -> set(table, meta, at, "file", 1, "kind", 1, "mode", 1, "start", i, "length", 1);
      case TIMERS -> {
        set(table, meta, at, "kind", 4, "id", i, "notify_kind", 1);
        if (kind == Kind.STACKS) {
          set(table, meta, at, "notify_kind", TO_A_THREAD, "tid", id, "number", 34);
        }
      }
      default -> throw new IllegalArgumentException(table.name());
    }
  }

  private static void set(Table table, byte[] meta, int at, Object... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      int offset = at;
      for (Table.Field field : table.fields()) {
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
