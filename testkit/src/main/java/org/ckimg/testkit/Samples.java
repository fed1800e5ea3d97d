package org.ckimg.testkit;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Sound images, each small and with one thing to show. */
public final class Samples {
  private Samples() {}

  /**
   * All of them by name; {@link #multiPart}, {@link #crowded} and {@link BigImage} are apart
   * because of their size.
   */
  public static Map<String, Supplier<ImageBuilder>> all() {
    Map<String, Supplier<ImageBuilder>> all = new LinkedHashMap<>();
    all.put("minimal", Samples::minimal);
    all.put("tables", Samples::tables);
    all.put("process", Samples::process);
    all.put("sockets", Samples::sockets);
    all.put("tree", Samples::tree);
    all.put("sharing", Samples::sharing);
    all.put("restorable", Samples::restorable);
    all.put("one-object", Samples::oneObject);
    all.put("pages-16k", Samples::pages16k);
    all.put("pages-64k", Samples::pages64k);
    all.put("two-blocks", Samples::twoBlocks);
    all.put("coded", Samples::coded);
    all.put("unknown-optional", Samples::unknownOptional);
    all.put("newer-minor", Samples::newerMinor);
    all.put("signed", Samples::signed);
    all.put("partial", Samples::partial);
    all.put("redacted", Samples::redacted);
    all.put("child", Samples::child);
    all.put("grandchild", Samples::grandchild);
    all.put("big-endian", Samples::bigEndian);
    return all;
  }

  /** Nothing but what must be there: one SYSTEM record that knows nothing, no process. */
  public static ImageBuilder minimal() {
    ImageBuilder image = new ImageBuilder();
    image.table(Table.SYSTEM).add();
    image.table(Table.PROCESSES);
    return image;
  }

  /**
   * One process with a record in every table but those of {@link #sockets}; its objects have no
   * pages.
   */
  public static ImageBuilder tables() {
    return FullProcess.tables();
  }

  /** {@link #tables} and pages of every object: stored, zero and repeated. */
  public static ImageBuilder process() {
    return FullProcess.withPages();
  }

  /** One process with sockets, pipes and other descriptors that hold what no file does. */
  public static ImageBuilder sockets() {
    return SocketProcess.withPages();
  }

  /**
   * Four processes: three with one table of descriptors, two of which are in one place, and a
   * zombie; two threads of the first have another place, and one has other descriptors.
   */
  public static ImageBuilder sharing() {
    ImageBuilder image = minimal();
    int parent = 1;
    int umask = 1 << 4;
    image
        .table(Table.PROCESSES)
        .add("present", umask, "pid", 7, "state", 1, "cwd", 1, "root", 2, "umask", 022)
        .add(
            "present", parent | umask,
            "pid", 8,
            "ppid", 7,
            "state", 1,
            "cwd", 1,
            "root", 2,
            "umask", 022,
            "files_of", 7,
            "fs_of", 7)
        .add("present", parent, "pid", 9, "ppid", 7, "state", 2, "files_of", 7)
        .add("present", parent | 1 << 3, "pid", 10, "ppid", 7, "state", 4);
    int fs = 1 << 11;
    image
        .table(Table.THREADS)
        .add("process", 0, "tid", 7)
        .add("process", 0, "present", fs, "tid", 11, "cwd", 2, "root", 2, "umask", 077)
        .add("process", 0, "present", fs, "tid", 12, "fs_of", 11)
        .add("process", 0, "present", 1 << 12, "tid", 13)
        .add("process", 1, "tid", 8)
        .add("process", 2, "tid", 9);
    image.table(Table.FILES).add("id", 1, "path", "/srv").add("id", 2, "path", "/");
    image.table(Table.DESCRIPTIONS).add("id", 1, "type", 1, "file", 1);
    image
        .table(Table.FDS)
        .add("process", 0, "number", 3, "description", 1)
        .add("process", 0, "number", 3, "description", 1, "flags", 1, "thread", 13);
    image.table(Table.LOCKS).add("process", 0, "file", 1, "kind", 1, "mode", 1);
    return image;
  }

  /** Three processes: one of two threads, one that shares memory with it, one zombie. */
  public static ImageBuilder tree() {
    ImageBuilder image = minimal();
    image
        .table(Table.PROCESSES)
        .add("present", 1, "pid", 50, "ppid", 1, "state", 1)
        .add("present", 1, "pid", 51, "ppid", 50, "state", 3)
        .add("present", 9, "pid", 52, "ppid", 50, "state", 4, "exit_status", 0x100);
    image
        .table(Table.THREADS)
        .add("process", 0, "tid", 50)
        .add("process", 0, "tid", 40)
        .add("process", 1, "tid", 51);
    image.table(Table.OBJECTS).add("id", 1, "kind", 2, "length", 4096);
    Rows vmas = image.table(Table.VMAS);
    for (int process = 0; process < 2; process++) {
      vmas.add(
          "process", process,
          "object", 1,
          "first_page", 0x10 + process,
          "num_pages", 1,
          "flags", 1,
          "protection", 3,
          "kind", 8);
    }
    image.pages(1).page(0, (byte) 9);
    return image;
  }

  /**
   * A process with two threads, a child and one that has ended, which the host that they come from
   * may restore.
   */
  public static ImageBuilder restorable() {
    return RestorableTree.withPages();
  }

  /** One process, one object of its memory: pages 0x10 to 0x12 stored, zero, repeated; 0x20. */
  public static ImageBuilder oneObject() {
    return oneObject(12);
  }

  /** 16 KiB pages. */
  public static ImageBuilder pages16k() {
    return oneObject(14);
  }

  /** 64 KiB pages. */
  public static ImageBuilder pages64k() {
    return oneObject(16);
  }

  private static ImageBuilder oneObject(int pageShift) {
    ImageBuilder image = withMemory().header("page_shift", pageShift);
    image.pages(1).page(0x10, (byte) 1, (byte) 2, (byte) 3).zeros(0x11, 1);
    image.pages(1).page(0x12, (byte) 1, (byte) 2, (byte) 3).page(0x20, (byte) 4);
    return image;
  }

  /** A process with a mapping of its own memory, pages 0x10 to 0x20000; no page is stored. */
  static ImageBuilder withMemory() {
    ImageBuilder image = minimal();
    image.table(Table.PROCESSES).add("pid", 77, "state", 1);
    image.table(Table.THREADS).add("process", 0, "tid", 77);
    image.table(Table.OBJECTS).add("id", 1, "kind", 7);
    image
        .table(Table.VMAS)
        .add(
            "object", 1,
            "first_page", 0x10,
            "num_pages", 0x1fff0,
            "object_page", 0x10,
            "protection", 3,
            "kind", 1);
    return image;
  }

  /** An object of one full block and one more page, almost all zero. */
  public static ImageBuilder twoBlocks() {
    ImageBuilder image = withMemory().header("page_shift", 16);
    image.pages(1).zeros(0x10, 255).page(0x10f, (byte) 1).page(0x110, (byte) 1);
    return image;
  }

  /** Three frames: LZ4, Zstandard, and a raw one of one page, which lies first in the data. */
  public static ImageBuilder coded() {
    ImageBuilder image = withMemory();
    for (int i = 0; i < 129; i++) {
      image.pages(1).page(0x10 + i, Pages.fill(1 << 12, i + 1));
    }
    FrameCoder[] coders = {FrameCoder.LZ4, FrameCoder.ZSTD, FrameCoder.RAW};
    image.pages(1).coders(frame -> coders[frame]);
    return image;
  }

  /** Sections that version 1.0 does not know: of a later minor version, and a private one. */
  public static ImageBuilder unknownOptional() {
    return minimal()
        .section(0x30, 0, 0, (byte) 1, (byte) 2, (byte) 3)
        .section(0x9000, 0, 2, new byte[100]);
  }

  /** A later minor version with a hint that may be ignored. */
  public static ImageBuilder newerMinor() {
    return minimal().header("minor", 7).header("may_ignore", 1L << 40);
  }

  /** Signed with the key of {@link Signer}. */
  public static ImageBuilder signed() {
    return minimal().sign(new Signer());
  }

  /** A description that was seen and not captured. */
  public static ImageBuilder partial() {
    ImageBuilder image = tables();
    image.table(Table.SYSTEM).row(0).put("flags", 1);
    image.table(Table.DESCRIPTIONS).row(1).put("state", 1);
    return image;
  }

  /** Something was taken out. */
  public static ImageBuilder redacted() {
    ImageBuilder image = tables();
    image.table(Table.SYSTEM).row(0).put("flags", 2);
    return image;
  }

  /** Continues {@link #oneObject}: one page new, one zero, two inherited. */
  public static ImageBuilder child() {
    ImageBuilder image = withMemory().parent(oneObject().build().identity(), 1);
    image.table(Table.OBJECTS).row(0).put("base", 1).put("base_object", 1);
    image.pages(1).page(0x10, (byte) 5).zeros(0x11, 1).inherited(0x12).inherited(0x20);
    return image;
  }

  /** Continues {@link #child}: a page of it, one of its parent, one new. */
  public static ImageBuilder grandchild() {
    ImageBuilder image = withMemory().parent(child().build().identity(), 2);
    image.table(Table.OBJECTS).row(0).put("base", 1).put("base_object", 1);
    image.pages(1).inherited(0x10).inherited(0x20).page(0x21, (byte) 6);
    return image;
  }

  /** A program of a big-endian machine (s390); the image itself stays little-endian. */
  public static ImageBuilder bigEndian() {
    return minimal().header("elf_data", 2).header("elf_machine", 22);
  }

  /** PROCESSES in two parts, 18 MiB: two environments that do not fit into one. */
  public static ImageBuilder multiPart() {
    ImageBuilder image = minimal();
    byte[] environ = new byte[9 << 20];
    for (int i = 0; i < environ.length; i++) {
      environ[i] = (byte) (i % 64 == 63 ? 0 : 'a' + i % 26);
    }
    for (int part = 0; part < 2; part++) {
      image
          .part(Table.PROCESSES, part)
          .flags(part == 0 ? 5 : 1)
          .add("present", 1 << 6, "pid", 50 + part, "state", 1, "environ", environ);
      image.table(Table.THREADS).add("process", part, "tid", 50 + part);
    }
    return image;
  }

  /**
   * One process with so many mappings of four pages, a hole behind each one. Of all pages one in 64
   * is stored and holds its number in text, the others are zero.
   */
  public static ImageBuilder crowded(int mappings) {
    ImageBuilder image = minimal();
    image.table(Table.PROCESSES).add("pid", 77, "state", 1);
    image.table(Table.THREADS).add("process", 0, "tid", 77);
    image.table(Table.OBJECTS).add("id", 1, "kind", 7);
    Rows vmas = image.table(Table.VMAS);
    for (int i = 0; i < mappings; i++) {
      long first = 0x10 + 5L * i;
      vmas.add(
          "object", 1,
          "first_page", first,
          "num_pages", 4,
          "object_page", first,
          "protection", 3,
          "kind", 1);
      if (i % 16 == 0) {
        byte[] number = "page %08d.".formatted(i).getBytes(StandardCharsets.US_ASCII);
        image.pages(1).page(first, number).zeros(first + 1, 3);
      } else {
        image.pages(1).zeros(first, 4);
      }
    }
    return image;
  }
}
